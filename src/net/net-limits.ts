/** Every maximum and interval of this room, by name, unit last. What concerns single messages is in src/wire/limits.ts. */
export const netLimits = {
  /** Connections of devices that are not linked, while linking is open here or this device links itself. */
  strangerConnectionsMax: 8,
  strangerMsMax: 60_000,
  /** Connections that one linked device may have with us at a time. */
  connectionsPerDeviceMax: 8,
  connectionsMax: 2048,
  /** Inbound connections whose handshake has not ended, and how long it may take. */
  pendingInboundMax: 256,
  handshakeMsMax: 5000,
  /** From one address in one second: times handshakeMsMax less than pendingInboundMax, so no one host fills the queue. */
  inboundPerHostPerSecondMax: 32,
  /** Opening a stream: one round trip. */
  openStreamMsMax: 10_000,
  /** For the far side to take the last bytes of a stream or connection that is closed in good order. */
  closeMsMax: 1000,

  dialMsMax: 5000,
  /** Between the first tries of a device's several addresses. */
  dialStaggerMs: 150,
  /** Addresses of one device that one round of dialling tries. */
  dialCandidatesMax: 32,
  redialMsMin: 250,
  redialMsMax: 60_000,
  /** A connection that stood for so long ends the backoff. */
  /** A connection that carried so much was of use: the wait before the next dial grows to that of this attempt and no further. */
  usefulBytesMin: 32 * 1024,
  usefulAttemptMax: 3,
  steadyMsMin: 10_000,
  /** The longest wait for a device whose connections do not last. */
  flapMsMax: 2000,
  /** A device that discovery hears again at the same addresses. */
  redialHeardMsMin: 5000,

  /** On a connection, before it counts as one: the first Hello, both ways. */
  helloMsMax: 10_000,
  pingEveryMs: 5000,
  silenceMsMax: 10_000,
  /** Two connections with one device: how long both stay, and how long a busy one may finish its work. */
  duplicateGraceMs: 2000,
  duplicateBusyMsMax: 30_000,

  /** One message from an asker: requests, acknowledgements, bytes. */
  requestFrameBytesMax: 64 * 1024,
  indexBatchRecordsMax: 1000,
  indexBatchBytesMax: 1024 * 1024,
  /** Between two announcements of a folder's state. */
  indexStateEveryMs: 50,
  /** A device that does not serve a folder yet is asked again after a change, and now and then. */
  askAgainMsMin: 100,
  askAgainMsMax: 5000,

  /** Chunk bytes read from disk or on their way out, for one device. */
  servingBytesMax: 32 * 1024 * 1024,
  /** Responses of one stream that are read ahead of the one being sent. */
  servingAheadMax: 4,
  /** What one request asks for: small, so that several in flight keep the line busy. */
  chunkRequestBytesMax: 4 * 1024 * 1024,
  chunkRequestsInFlightMax: 4,
  idleStreamsMax: 4,
  idleStreamMsMax: 60_000,
  /** Wait for one whole answer to a chunk or manifest request. Generous: the far side may keep a low rate. */
  answerMsMax: 300_000,
  /** While we wait for an answer so many bytes of it must come in so much time: slower than any rate limit, frozen is less. */
  progressMsMax: 30_000,
  progressBytesMin: 4096,
  /** One piece of an answer while a rate limit is kept, so that the far side sees progress; and content of one answer. */
  pacedBytesMax: 16 * 1024,
  pacedAnswerMsMax: 20_000,
  /** Reserved for a chunk list that is being answered: how long it is shows when it is read. */
  servingManifestBytes: 8 * 1024 * 1024,

  discoveredDevicesMax: 1024,
  addressesPerDeviceMax: 16,
  discoveredMsMax: 60_000,
  interfacePollMs: 1000,
  mdnsQueryEveryMs: 10_000,
  mdnsPairingQueryEveryMs: 1000,
  mdnsAnswerEveryMs: 200,
  /** Addresses in one mDNS answer, so that it stays one unfragmented packet. */
  mdnsAddressesMax: 8,
} as const;
