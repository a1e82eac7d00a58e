import { crypto } from '../../util/late-modules.ts';

/** Longest name that is left as it is (bytes): with an ending behind it every file system takes it (255 bytes). */
const longest = 200;

/** What begins a name that would be longer: the rest of it is told by a hash. */
const keptLength = 150;

/** Names of devices, which Windows opens in any folder, whatever ends the name. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/;

/**
 * The name of a file or folder for any text: of two different texts the names differ, also where a file system tells neither
 * case nor forms of a letter apart; none is hidden, a device, a step up, or an option of a program. Small letters, digits
 * and `-`, `.`, `_`, `@` stay; every other byte of its UTF-8 is `%` and two small hexadecimal digits, and of a long
 * text the end is `~` and a hash.
 */
export function fileName(text: string): string {
  if (text === '') return '%';
  const escaped = text
    .toWellFormed()
    .replaceAll(/[^a-z0-9._@-]/gu, percent)
    .replace(/^[._-]/, percent)
    .replace(/\.$/, percent)
    .replace(device, (name) => `${percent(name.charAt(0))}${name.slice(1)}`);
  if (escaped.length <= longest) return escaped;
  const hash = crypto().createHash('sha256').update(text.toWellFormed()).digest('hex');
  return `${escaped.slice(0, keptLength)}~${hash.slice(0, 32)}`;
}

function percent(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/** Whether a path of a list, which anybody may have written, is made of such names: nothing in it leads elsewhere. */
export function isOwnPath(path: string, depth: number): boolean {
  const names = path.split('/');
  return names.length === depth && names.every((name) => /^[a-z0-9%@_][a-z0-9%@._~-]*$/.test(name));
}
