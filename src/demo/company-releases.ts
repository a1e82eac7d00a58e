import { gzipSync } from 'node:zlib';
import { dayMs, metadata, minuteMs, timeText, type World } from './world.ts';

/** A release with the state of each of its revisions and how long ago that was made, oldest first. */
interface ReleaseFacts {
  readonly place: string;
  readonly chart: string;
  readonly revisions: readonly (readonly [status: string, agoMs: number])[];
}

const releases: readonly ReleaseFacts[] = [
  {
    place: 'billing/tax',
    chart: 'brightharbor-service-2.3.1',
    revisions: [
      ['superseded', 140 * dayMs],
      ['deployed', 34 * dayMs],
      ['failed', 47 * minuteMs],
    ],
  },
  {
    place: 'monitoring/dashboards',
    chart: 'dashboards-8.1.0',
    revisions: [
      ['superseded', 200 * dayMs],
      ['superseded', 90 * dayMs],
      ['deployed', 21 * dayMs],
    ],
  },
  { place: 'platform/edge-proxy', chart: 'edge-proxy-1.9.4', revisions: [['deployed', 120 * dayMs]] },
  {
    place: 'search/suggest',
    chart: 'brightharbor-service-2.3.1',
    revisions: [
      ['deployed', 60 * dayMs],
      ['pending-upgrade', 3 * dayMs],
    ],
  },
];

/** Creates the releases of Helm: a Secret for each revision, as Helm 3 keeps them (helm.sh/helm, pkg/storage/driver). */
export function createReleases(world: World): void {
  for (const release of releases) {
    for (const [index, [status, agoMs]] of release.revisions.entries()) {
      createRevision(world, release, { version: index + 1, status, agoMs });
    }
  }
}

function createRevision(
  world: World,
  { place, chart }: ReleaseFacts,
  revision: { readonly version: number; readonly status: string; readonly agoMs: number },
): void {
  const [namespace = '', name = ''] = place.split('/');
  const { version, status, agoMs } = revision;
  const atMs = world.clock.now() - agoMs;
  const modifiedAt = String(Math.floor(atMs / 1_000));
  world.state.create('secrets', {
    metadata: metadata(world, { namespace, name: `sh.helm.release.v1.${name}.v${version}` }, agoMs, {
      labels: { modifiedAt, name, owner: 'helm', status, version: String(version) },
    }),
    type: 'helm.sh/release.v1',
    data: { release: packed({ name, namespace, version, info: { status, last_deployed: timeText(atMs) }, chart }) },
  });
}

/** Helm writes base64 of gzip of JSON, and values of a Secret are base64 once more. */
function packed(release: object): string {
  return Buffer.from(gzipSync(JSON.stringify(release)).toString('base64')).toString('base64');
}
