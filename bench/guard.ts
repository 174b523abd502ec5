/**
 * Margins of `bench --quick --guard`, as data: so wide that a shared machine does not trip them, narrow enough that slipping
 * back by a multiple does. At quick sizes, where starting up weighs more, so these are not the goals.
 */
import type { Goal } from './goals.ts';

const mebibyte = 2 ** 20;
const wire = (part: string, atMost: number): Goal => ({ workload: 'W4', part, figure: 'wireBytes', bound: { atMost } });

export const guards: readonly Goal[] = [
  { workload: 'W1', figure: 'seconds', bound: { faster: 1 / 3, than: 'syncthing' } },
  { workload: 'W2', figure: 'seconds', bound: { faster: 1.5, than: 'syncthing' } },
  { workload: 'W2', figure: 'seconds', bound: { faster: 1 / 40, than: 'rsync' } },
  wire('overwrite', 2 * mebibyte),
  wire('insert', 2 * mebibyte),
  wire('append', 4 * mebibyte),
  wire('move', mebibyte),
  wire('copy', mebibyte),
  { workload: 'W5', figure: 'seconds', bound: { faster: 2, than: 'syncthing' } },
  { workload: 'W8', figure: 'seconds', bound: { faster: 1 / 2, than: 'syncthing' } },
];
