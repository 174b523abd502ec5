/** Takes one connection on the port given first, writes all of it to the file given second, fsyncs, answers one byte, ends. */
import { closeSync, createWriteStream, fsyncSync, openSync } from 'node:fs';
import { createServer } from 'node:net';

const [port, path] = process.argv.slice(2);

const server = createServer({ allowHalfOpen: true }, (socket) => {
  server.close();
  const file = openSync(path, 'w');
  const writer = createWriteStream(path, { fd: file, autoClose: false, highWaterMark: 1 << 20 });
  socket.pipe(writer).on('finish', () => {
    fsyncSync(file);
    closeSync(file);
    socket.end('.');
  });
});
server.listen(Number(port), '127.0.0.1', () => console.log('listening'));
