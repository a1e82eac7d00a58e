import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createSupportsHyperlinks } from 'supports-hyperlinks';
import { oneLine } from '../core/terminal-text.ts';

/** Around the address and behind the text of a link, which terminals know as OSC 8. */
const link = '\u001B]8;;';
const end = '\u001B\\';

/**
 * The path of a file as a link to it; undefined where terminals like this one have none, or show another machine than the one
 * that has the file.
 */
export function fileLink(path: string, env: NodeJS.ProcessEnv): string | undefined {
  if (env['SSH_CONNECTION'] !== undefined || !createSupportsHyperlinks({ isTTY: true })) return undefined;
  return `${link}${pathToFileURL(resolve(path)).href}${end}${oneLine(path)}${link}${end}`;
}
