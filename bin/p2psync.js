#!/usr/bin/env node
// Entry of the command line: checks the runtime before anything newer than it is loaded, then hands over to the compiled program.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `p2psync: Node.js 20.19 or newer is needed, this is ${process.versions.node}; see https://nodejs.org [NODE_TOO_OLD]`,
  );
  process.exit(1);
}
import('../dist/src/cli/main.js').catch((error) => {
  const unbuilt = error?.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes('dist/src/cli/main.js');
  console.error(unbuilt ? "p2psync: not built yet; run 'npm run build' first [NOT_BUILT]" : error);
  process.exit(1);
});
