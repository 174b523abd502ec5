/** Takes commands and faults out of a failing history as long as it keeps failing the same way. */
import type { History } from './history.ts';
import { run } from './world.ts';

export async function smallest(history: History): Promise<History> {
  const reason = await reasonOf(history);
  if (reason === undefined) return history;
  let best = history;
  for (let shrunk = true; shrunk;) {
    shrunk = false;
    for (let at = best.commands.length - 1; at >= 0; at--) {
      const fewer = { ...best, commands: best.commands.filter((_, i) => i !== at) };
      if ((await reasonOf(fewer)) !== reason) continue;
      best = fewer;
      shrunk = true;
    }
    for (const fault of best.faults) {
      const fewer = { ...best, faults: best.faults.filter((other) => other !== fault) };
      if ((await reasonOf(fewer)) !== reason) continue;
      best = fewer;
      shrunk = true;
    }
  }
  return best;
}

async function reasonOf(history: History): Promise<string | undefined> {
  const { violation } = await run(history);
  return violation?.message.slice(0, 3);
}
