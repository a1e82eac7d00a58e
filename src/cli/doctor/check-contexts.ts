import { humanDuration } from '../../core/human-duration.ts';
import type { HealthReason } from '../../core/scope-status.ts';
import { shellWord } from '../../core/shell-word.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { firstNames } from '../../core/type-words.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import type { MirrorStatus } from '../../query/mirror-status.ts';
import { isRefused } from '../../query/scope-detail.ts';
import { summaryOf } from '../chosen-contexts.ts';
import { readStatuses, type ContextStatus, type StatusReport } from '../status/read-statuses.ts';
import { fault, faultOf, good, warning, type Finding } from './finding.ts';

/** A clock further off (ms) makes ages wrong, and tokens expire too soon or too late. */
const skewMs = 5_000;

/** Types that are named. */
const namedCount = 4;

/** Each context of the kubeconfig: whether it is reached, lets the user in, lets everything be read, and has the time. */
export async function checkContexts(): Promise<readonly Finding[]> {
  try {
    const { summary } = await summaryOf(undefined);
    if (summary.contexts.length === 0) return [];
    const report = await readStatuses({ contexts: summary.contexts, faults: [], types: [] });
    return [
      ...report.contexts.flatMap((status) => contextFindings(status, report, summary.currentContext)),
      ...report.faults.map((each) => faultOf('contexts', each)),
    ];
  } catch (error) {
    // What is wrong with the kubeconfig or the data directory is told where these are looked at.
    if (error instanceof NaviError) return [];
    throw error;
  }
}

function contextFindings(status: ContextStatus, report: StatusReport, current: string): readonly Finding[] {
  const { context, mirror } = status;
  const subject = `context ${oneLine(context.name)}`;
  if (context.fault !== undefined) return [warning(subject, context.fault, ['kubectl config view'])];
  if (mirror === undefined) {
    // Of many contexts most are not meant to be mirrored.
    if (context.name !== current) return [];
    return [warning(subject, 'is not mirrored', [`navi sync --context ${shellWord(context.name)}`])];
  }
  return [
    healthFinding(subject, { context, mirror, atMs: report.atMs }),
    ...rightsFindings(subject, mirror),
    ...clockFindings(subject, mirror),
    ...(context.insecureSkipTlsVerify
      ? [
          warning(subject, 'nobody checks that the server is the one meant (insecure-skip-tls-verify)', [
            'name its certificate-authority in the kubeconfig',
          ]),
        ]
      : []),
  ];
}

/** What to do about a reason; the others pass by themselves, or are told by what follows. */
const remedies: Partial<Readonly<Record<HealthReason, (name: string) => readonly string[]>>> = {
  'auth-needed': (name) => [`navi login --context ${name}`],
  forbidden: (name) => [`kubectl auth can-i --list --context ${name}`],
  disconnected: (name) => ['is the network there, and the VPN?', `kubectl version --context ${name}`],
  quarantined: (name) => [`is it another cluster by intent? navi mirrors forget ${name}`],
  storage: () => ['navi doctor says how the disk is', 'navi status says who keeps the store busy'],
  'not-api': (name) => [`something else answers there, such as a login page: kubectl version --context ${name}`],
};

function healthFinding(
  subject: string,
  { context, mirror, atMs }: { readonly context: ContextSummary; readonly mirror: MirrorStatus; readonly atMs: number },
): Finding {
  const { reason, health, confirmedAtMs, lastError } = mirror;
  const age =
    confirmedAtMs === null ? 'never confirmed' : `confirmed ${humanDuration(Math.max(0, atMs - confirmedAtMs))} ago`;
  const name = oneLine(shellWord(context.name));
  if (reason === 'none' || health === 'healthy') return good(subject, `${health}, ${age}`);
  if (reason === 'stopped') return warning(subject, `nobody keeps it current, ${age}`, [`navi sync --context ${name}`]);
  const why = lastError === null ? '' : `: ${oneLine(lastError)}`;
  const hints = remedies[reason]?.(name) ?? ['navi status tells more'];
  if (health === 'degraded') return warning(subject, `${reason}, ${age}${why}`, hints);
  return fault(
    subject,
    reason === 'auth-needed' || reason === 'forbidden' ? 'NAVI_REFUSED' : 'NAVI_INCOMPLETE',
    `${reason}, ${age}${why}`,
    hints,
  );
}

/** What may not be read is no fault: most users may not read everything. */
function rightsFindings(subject: string, { types }: MirrorStatus): readonly Finding[] {
  const refused = types.filter(({ detail }) => detail !== undefined && isRefused(detail)).map(({ type }) => type);
  if (refused.length === 0) return [];
  return [
    good(subject, `you may not list ${firstNames(refused, namedCount)}: what is asked of them answers Forbidden`),
  ];
}

function clockFindings(subject: string, { clockSkewMs }: MirrorStatus): readonly Finding[] {
  if (clockSkewMs === null || Math.abs(clockSkewMs) < skewMs) return [];
  const way = clockSkewMs > 0 ? 'behind' : 'ahead of';
  const message = `the clock of this machine is ${humanDuration(Math.abs(clockSkewMs))} ${way} that of the server`;
  return [warning(subject, message, ['timedatectl says whether the clock is kept'])];
}
