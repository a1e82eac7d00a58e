import { NaviError, systemCodeOf } from './navi-error.ts';
import { fileHint, plainMessageOf } from './plain-words.ts';

/** What a machine refuses to its users (errno of Linux and macOS). A file that is not there may be a mistake of navi's, these are none. */
const refusals: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'EIO',
]);

/** What the machine refused of a file, folder or process, in words for people; undefined for every other error. */
export function systemRefusal(error: Error): NaviError | undefined {
  const { path, syscall } = error as { readonly path?: unknown; readonly syscall?: unknown };
  if (syscall === 'uv_cwd') {
    return new NaviError('NAVI_USAGE', 'the current folder is there no more, or may not be read', { hints: ['cd /'] });
  }
  const code = systemCodeOf(error);
  if (!refusals.has(code) || typeof path !== 'string') return undefined;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new NaviError(isFull ? 'NAVI_DISK_FULL' : 'NAVI_USAGE', `${path} cannot be used: ${plainMessageOf(error)}`, {
    hints: [isFull ? 'df shows which disk is full' : fileHint(error, path, 'navi doctor looks at all that navi uses')],
    cause: error,
  });
}
