/** Every maximum of the local API, by name, unit last. */
export interface ApiLimits {
  readonly bodyBytesMax: number;
  readonly headerBytesMax: number;
  /** From a connection's first byte to the end of a request's headers, and of the whole request: nobody holds one open by dribbling. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly connectionsMax: number;
  readonly followersMax: number;
  /** A follower that takes nothing for so long is cut off. */
  readonly followerStallMsMax: number;
  /** What requests in flight get when the API closes. */
  readonly closeGraceMsMax: number;
}

export const apiLimits: ApiLimits = {
  bodyBytesMax: 1024 * 1024,
  headerBytesMax: 16 * 1024,
  headersTimeoutMs: 5000,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 5000,
  connectionsMax: 256,
  followersMax: 64,
  followerStallMsMax: 60_000,
  closeGraceMsMax: 2000,
};
