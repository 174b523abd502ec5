/**
 * Seeds that once showed a fault, each with what it was. What a seed makes of itself changes with the simulation, so most
 * faults have a test of their own besides; the seeds are kept because what fails once is a good place to look again.
 */
export const knownSeeds: readonly (readonly [seed: number, fault: string])[] = [
  [1125, 'two files of one content: the second was decided anew without pause until the first was in'],
  [1038, 'a directory that could be read again stayed in the list of errors'],
  [1175, 'a directory reported as not empty, although it was gone by then, stayed in the list of errors'],
  [11470, 'a retry planned while the resolver slept did not wake it'],
  [1257, 'a folder that could not be written stayed in trouble once nothing was left to write'],
  [1313, 'a record was announced before its commit was told to be durable'],
  [15200, 'a conflict copy moved back to its old name, and lost again, went to the version store alone'],
  [83552, 'a copy that stood for two losers went with a delete that was half of a move'],
];
