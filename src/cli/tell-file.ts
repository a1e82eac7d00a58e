import { isTerminal } from '../output/is-terminal.ts';
import { writeStderr } from '../output/stderr.ts';

/**
 * Writes a notice for people that ends with the path of a file, which is a link on terminals that have them.
 * @param text of ours, without anything from elsewhere in it
 */
export async function tellFile(notice: (text: string) => void, text: string, path: string): Promise<void> {
  const link = isTerminal(2) ? (await import('../output/file-link.ts')).fileLink(path, process.env) : undefined;
  if (link === undefined) notice(`${text} ${path}`);
  else writeStderr(`${text} ${link}\n`);
}
