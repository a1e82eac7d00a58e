/** Runs inside a network of its own: takes connections to a port of its loopback out through a Unix socket. */
import { connect, createServer } from 'node:net';

const [port, path = ''] = process.argv.slice(2);

const server = createServer((client) => {
  const outside = connect(path);
  client.pipe(outside).pipe(client);
  client.on('error', () => undefined).on('close', () => outside.destroy());
  outside.on('error', () => undefined).on('close', () => client.destroy());
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));

// It ends with who started it.
process.stdin.on('end', () => process.exit()).resume();
