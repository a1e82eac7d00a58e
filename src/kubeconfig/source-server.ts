/** Ends in a name that never means a machine (RFC 6761). */
const ending = '.source.invalid';

/** The server of a source: a program whose rows are mirrored under a context of its name. */
export function sourceServer(name: string): string {
  return `http://${name}${ending}`;
}

/** Whether a context of this server is a source. */
export function isSourceServer(server: string): boolean {
  return server.endsWith(ending);
}
