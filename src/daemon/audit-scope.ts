import { compareResourceVersions } from '../core/resource-version.ts';
import { RequestFailed } from '../kube/failure.ts';
import { fetchListPage, type ListPage, type ListTarget } from '../kube/list-page.ts';
import type { Transport } from '../kube/transport.ts';
import { ScopeSnapshot, type SnapshotScope } from '../store/scope-snapshot.ts';
import { delay, nextTurn, type Clock } from '../util/clock.ts';
import { AuditDigest, someBuckets, type AuditDifference } from './audit-digest.ts';
import { objectKey } from './object-source.ts';
import { PageLimits } from './pages/page-limits.ts';
import { sharesRevisions } from './shared-revisions.ts';

/** What one comparison works on. */
export interface AuditOptions {
  readonly file: string;
  readonly scopeId: number;
  readonly target: ListTarget;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Commits what is queued. */
  readonly flush: () => void;
  /** Told each row, for a sample. */
  readonly onRow: (key: string) => void;
  readonly onRequest: () => void;
}

/** What a comparison found. */
export type AuditFinding =
  | { readonly kind: 'equal'; readonly objectCount: number }
  | {
      readonly kind: 'different';
      readonly objectCount: number;
      /** At least one; of a large scope those of some buckets. */
      readonly differences: readonly AuditDifference[];
    }
  /** The two sides could not be brought to one resourceVersion now: no finding. */
  | { readonly kind: 'none'; readonly because: string };

/** Longest time that a snapshot is held (ms): it keeps the WAL from being folded in. */
const snapshotMs = 5_000;

/** Rows read between two turns of the event loop: some milliseconds, also on a slow machine. */
const biteRows = 250;

const pageSize = 500;

/** Pause between two pages, so that a large type does not take the server's attention (ms). */
const pagePauseMs = 500;

/** A watch has brought by then what a list showed (ms); one of a type without a watch cache takes longest. */
const backlogMs = 5_000;

/** Tries, and the wait between them (ms), where both sides cannot be had at one resourceVersion. */
const maxTries = 3;
const tryAgainMs = 10_000;

/** The rest of a revision has come by then: its events are sent at once (ms). */
const sharedRevisionMs = 60_000;

/** What a server refuses a list at an exact resourceVersion with: too old for it, ahead of it, or not understood. */
const inexactClasses: ReadonlySet<string> = new Set(['expired', 'ahead', 'version-refused', 'server']);

/**
 * Compares the stored rows of a scope with the server's, both at the scope's resume point. Where the server has no list
 * of that resourceVersion any more, its newest one is compared with rows that did not change for long enough. Of objects that
 * are deleted many at one revision a difference counts that is still there a minute later.
 * @throws RequestFailed, and what the store throws.
 */
export async function auditScope(options: AuditOptions): Promise<AuditFinding> {
  const finding = await compare(options);
  if (finding.kind !== 'different' || !sharesRevisions(options.target.type)) return finding;
  if (!(await delay(options.clock, sharedRevisionMs, options.signal))) return none('stopped');
  const later = await compare(options);
  return later.kind === 'different' ? lasting(finding, later) : later;
}

type Difference = Extract<AuditFinding, { readonly kind: 'different' }>;

/** What of a difference was there before, as far as both could be named. */
function lasting(before: Difference, later: Difference): AuditFinding {
  if (before.differences.length === 0 || later.differences.length === 0) return later;
  const text = ({ key, stored }: AuditDifference): string => JSON.stringify([key, stored]);
  const known = new Set(before.differences.map(text));
  const differences = later.differences.filter((difference) => known.has(text(difference)));
  return differences.length === 0 ? none('the rows changed meanwhile') : { ...later, differences };
}

async function compare(options: AuditOptions): Promise<AuditFinding> {
  let finding = none('not tried');
  for (let tryCount = 0; tryCount < maxTries; tryCount += 1) {
    if (tryCount > 0 && !(await delay(options.clock, tryAgainMs, options.signal))) break;
    const compared = await compareOnce(options);
    finding = compared.finding;
    if (compared.isFinal) break;
  }
  return finding;
}

interface Compared {
  readonly finding: AuditFinding;
  /** False where another try may say otherwise. */
  readonly isFinal: boolean;
}

interface Side {
  readonly digest: AuditDigest;
  readonly resourceVersion: string;
}

async function compareOnce(options: AuditOptions): Promise<Compared> {
  const stored = await digestStored(options, undefined);
  if (stored === undefined) return { finding: none('the rows are at no resourceVersion'), isFinal: true };
  const served = await digestServed(options, stored.resourceVersion, undefined);
  const objectCount = served.digest.objectCount;
  const buckets = stored.digest.differingBuckets(served.digest);
  if (buckets.size === 0) return { finding: { kind: 'equal', objectCount }, isFinal: true };
  const isExact = served.resourceVersion === stored.resourceVersion;
  if (!isExact) {
    // What the newer list has and the rows have not may still be under way.
    if (!(await delay(options.clock, backlogMs, options.signal))) return { finding: none('stopped'), isFinal: true };
    const later = await digestStored(options, undefined);
    if (later === undefined || later.digest.differingBuckets(stored.digest).size > 0)
      return { finding: none('the rows changed meanwhile'), isFinal: false };
  }
  const isNamed = stored.digest.isComplete && served.digest.isComplete;
  const differences = isNamed
    ? stored.digest.differences(served.digest)
    : await nameDifferences(options, someBuckets(buckets));
  return { finding: { kind: 'different', objectCount, differences }, isFinal: isExact };
}

function none(because: string): AuditFinding {
  return { kind: 'none', because };
}

/** Which objects of some buckets differ: both sides once more, keeping these. */
async function nameDifferences(
  options: AuditOptions,
  buckets: ReadonlySet<number>,
): Promise<readonly AuditDifference[]> {
  const stored = await digestStored(options, buckets);
  if (stored === undefined) return [];
  const served = await digestServed(options, stored.resourceVersion, buckets);
  return served.resourceVersion === stored.resourceVersion ? stored.digest.differences(served.digest) : [];
}

/** The rows at the resume point as it is committed now; undefined where they are not the server's at one. */
async function digestStored(
  options: AuditOptions,
  buckets: ReadonlySet<number> | undefined,
): Promise<Side | undefined> {
  const { file, scopeId, clock, onRow, flush, signal } = options;
  flush();
  const snapshot = new ScopeSnapshot(file, scopeId);
  try {
    const { scope } = snapshot;
    if (scope === undefined || scope.resource_version === null || isAhead(scope)) return undefined;
    const { resource_version: resourceVersion } = scope;
    const digest = new AuditDigest(buckets);
    const giveUpAt = clock.monotonic() + snapshotMs;
    for (let rows = snapshot.next(biteRows); rows.length > 0; rows = snapshot.next(biteRows)) {
      for (const { key, uid, resource_version } of rows) {
        digest.add({ key, uid, resourceVersion: resource_version });
        onRow(key);
      }
      await nextTurn();
      if (signal.aborted || clock.monotonic() > giveUpAt) return undefined;
    }
    return { digest, resourceVersion };
  } finally {
    snapshot.close();
  }
}

/** After a metadata-first list rows may be newer than the resume point, until it has passed them. */
function isAhead({ replayed_until: until, resource_version: at }: SnapshotScope): boolean {
  return until !== '' && (compareResourceVersions(at ?? '', until) ?? 0) < 0;
}

/** The server's objects at `resourceVersion`, else its newest. */
async function digestServed(
  options: AuditOptions,
  resourceVersion: string,
  buckets: ReadonlySet<number> | undefined,
): Promise<Side> {
  try {
    return await digestList(options, resourceVersion, buckets);
  } catch (error) {
    if (!(error instanceof RequestFailed) || !inexactClasses.has(error.failure.class)) throw error;
    return await digestList(options, undefined, buckets);
  }
}

/** The pages of one list, in one digest. @throws RequestFailed */
async function digestList(
  options: AuditOptions,
  exactlyAt: string | undefined,
  buckets: ReadonlySet<number> | undefined,
): Promise<Side> {
  const { transport, target, clock, signal, onRequest } = options;
  const digest = new AuditDigest(buckets);
  const limits = new PageLimits();
  const fetchPage = async (position: { exactlyAt?: string | undefined; continueToken: string }): Promise<ListPage> => {
    const pages = { form: target.representation, most: pageSize };
    return await limits.fetch(pages, (size) => {
      onRequest();
      return fetchListPage(transport, target, { freshConnection: true, signal, ...position, ...size });
    });
  };
  let page = await fetchPage({ exactlyAt, continueToken: '' });
  const { resourceVersion } = page;
  for (;;) {
    for (const { metadata } of page.objects) {
      digest.add({
        key: objectKey(metadata),
        uid: metadata.uid ?? '',
        resourceVersion: metadata.resourceVersion ?? '',
      });
    }
    if (page.continueToken === '') return { digest, resourceVersion };
    await delay(clock, pagePauseMs, signal);
    page = await fetchPage({ continueToken: page.continueToken });
  }
}
