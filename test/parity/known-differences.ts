import type { Difference } from './run-parity.ts';

/** A class of differences that stays, and why. A class that explains no line any more is to be removed. */
export interface KnownDifference {
  readonly title: string;
  readonly reason: string;
  readonly explains: (difference: Difference) => boolean;
}

/** What differs from run to run in a log line of kubectl: the time and the process. */
const withoutLogPrefix = (text: string): string => text.replaceAll(/^([EFW])\d{4} [\d:.]+ +\d+ /gm, '$1 ');

/** Text with a space for everything that steers a terminal, line ends and tabs aside, and for what navi shows instead. */
const withoutControl = (text: string): string =>
  text.replaceAll('\u001B', '^[').replaceAll(/[^\P{C}\r\n\t]|[\u2028\u2029]/gu, ' ');

const kubectlFlags =
  /--(match-server-version|token|username|password|client-certificate|client-key|certificate-authority)\b|--user stranger/;

/** At most ten classes. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    title: 'values of Secrets',
    reason: 'The mirror holds no value of a Secret; navi says so on stderr and names the command that has them.',
    explains: ({ line, navi }) =>
      /\bsecrets?\b/.test(line) && navi.stderr.includes('values of Secrets are not mirrored'),
  },
  {
    title: 'flags for kubectl alone',
    reason:
      'A mirror belongs to a user of the kubeconfig and navi answers for nobody else; it has no version of kubectl to compare. It says so.',
    explains: ({ line, navi }) =>
      kubectlFlags.test(line) &&
      /mirror answers as the user of the kubeconfig|is not mirrored yet|kubectl’s to compare/.test(navi.stderr),
  },
  {
    title: 'contexts without a user or a cluster',
    reason: 'kubectl asks for a user name, or looks for a server on this machine; navi says what the kubeconfig lacks.',
    explains: ({ navi }) => /names (user|cluster) "nope", which/.test(navi.stderr),
  },
  {
    title: 'files that cannot be read',
    reason: "Where a YAML file breaks is said in the words of each one's parser.",
    explains: ({ kubectl, navi }) =>
      kubectl.stderr.includes('yaml: line ') && /is not valid YAML|yaml: line \d+: /.test(navi.stderr),
  },
  {
    title: 'several contexts',
    reason: 'kubectl takes the last of them; navi asks each and says which one a row is of.',
    explains: ({ line, navi }) => /--context \S+ .*--context /.test(line) && navi.stdout.startsWith('CONTEXT '),
  },
  {
    title: 'kubeconfigs that are no files',
    reason: 'navi names the file and the reason as the system gives it; both exit without an answer.',
    explains: ({ navi }) =>
      /^error: kubeconfig .* cannot be read: it is a folder, not a file \(EISDIR\)/.test(navi.stderr),
  },
  {
    title: 'manifests from the network',
    reason: 'A query of navi opens no connection but the one to its daemon.',
    explains: ({ line, navi }) => line.includes('-f http') && navi.stderr.includes('reads no network'),
  },
  {
    title: 'time and process of a log line',
    reason: 'kubectl dies of an unsortable field with a log line that holds both.',
    explains: ({ kubectl, navi }) =>
      kubectl.code === navi.code &&
      kubectl.stdout === navi.stdout &&
      withoutLogPrefix(kubectl.stderr) === withoutLogPrefix(navi.stderr),
  },
  {
    title: 'control characters on a terminal',
    reason: 'Text from a cluster never steers the terminal of a user of navi; kubectl lets some of it through.',
    explains: ({ columns, kubectl, navi }) =>
      columns !== undefined &&
      kubectl.code === navi.code &&
      withoutControl(kubectl.stdout) === withoutControl(navi.stdout),
  },
];
