import { messageOf, systemCodeOf } from './navi-error.ts';

/** What system calls answer (errno of Linux, macOS and Node's Windows), as the end of a sentence about a file or an address. */
const words: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'this user may not do that',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'this process has too many files open (ulimit -n)',
  ENFILE: 'this machine has too many files open',
  EIO: 'the disk does not work as it should',
  EBUSY: 'something else uses it',
  EADDRINUSE: 'another program listens there already',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/** The message of anything thrown; what the system refused is said in words, with its code for whoever looks that up. */
export function plainMessageOf(thrown: unknown): string {
  const code = systemCodeOf(thrown);
  const said = words[code];
  return said === undefined ? messageOf(thrown) : `${said} (${code})`;
}

/** What to do about a file that cannot be used: its mode where that is at fault, else what `elsewhere` says. */
export function fileHint(thrown: unknown, path: string, elsewhere: string): string {
  return ['EACCES', 'EPERM'].includes(systemCodeOf(thrown)) ? `ls -ld ${path} shows who may use it` : elsewhere;
}
