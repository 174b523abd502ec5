/**
 * The last resort at the end of the process: whatever was not closed in order (an abort in the middle of a start) is ended
 * here, synchronously, last first. Only pids and mounts that this process registered itself.
 */
const atExit: (() => void)[] = [];

process.on('exit', () => {
  for (const action of atExit.toReversed()) action();
});

/** `action` must be synchronous, must not throw, and must do nothing when the thing was closed in order. */
export function cleanUpAtExit(action: () => void): void {
  atExit.push(action);
}

/** Pids that ended in order must be given to `endedInOrder`, so that a reused number is never signalled. */
const alive = new Set<number>();

cleanUpAtExit(() => {
  for (const pid of alive) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It had ended already, which is all that was wanted.
    }
  }
});

export function endAtExit(pid: number | undefined): void {
  if (pid !== undefined) alive.add(pid);
}

export function endedInOrder(pid: number): void {
  alive.delete(pid);
}
