import { readFileSync } from 'node:fs';
import { messageOf, systemCodeOf } from '../../../errors/navi-error.ts';

/** Go's words for what keeps a file from being read. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ENOTDIR: 'not a directory',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
};

/** The text of a file, or why there is none, as Go says it (`open /x: no such file or directory`). */
export type FileText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string; readonly isFolder: boolean };

/** Reads the file of a template. */
export function readTemplateFile(path: string): FileText {
  try {
    return { ok: true, text: readFileSync(path, 'utf8') };
  } catch (error) {
    const code = systemCodeOf(error);
    const isFolder = code === 'EISDIR';
    const reason = isFolder ? `read ${path}: is a directory` : `open ${path}: ${reasons[code] ?? messageOf(error)}`;
    return { ok: false, reason, isFolder };
  }
}
