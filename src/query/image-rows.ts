import type { MirrorReader } from '../store/open-reader.ts';
import { readContainers, type ContainerRow } from './container-rows.ts';
import { isShown } from './hidden-rows.ts';
import { placeCondition, type Place } from './place.ts';
import type { EventFacts } from './events/event-facts.ts';

/** How far an image is: `waiting` where its pods have not come to it yet, or nothing is told of it. */
export type PullState = 'failed' | 'pulling' | 'waiting' | 'pulled';

/** An image that containers run, or would run. */
export interface ImageRow {
  /** As pods ask for it. */
  readonly image: string;
  /** What runs, `sha256:…`, in order; empty before it was pulled. */
  readonly digests: readonly string[];
  readonly containerCount: number;
  /** Nodes with such a container. */
  readonly nodeCount: number;
  readonly pull: PullState;
  /** Of a pull that fails or runs: what the node says, since when (epoch ms), and the first pod that waits for it. */
  readonly reason: string;
  readonly message: string;
  readonly sinceMs: number | null;
  readonly pod: string | null;
}

/** Reasons for which a container waits when its image cannot be had (kubelet 1.36, pkg/kubelet/images/types.go). */
const failedReasons = [
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'ErrImagePullUnauthorized',
];

/** Reasons for which a container waits while its image may be on its way. */
const startingReasons = ['ContainerCreating', 'PodInitializing'];

/** Most waiting containers whose events are looked at: a cluster where more start at once has other news. */
const askedCountMax = 500;

const states: readonly PullState[] = ['failed', 'pulling', 'waiting', 'pulled'];

/**
 * The images of the pods in a place: those whose pull fails, those that are being pulled, then the others, by name.
 * @param eventsOf the events about the object of a uid, the newest first
 */
export function readImages(
  reader: MirrorReader,
  {
    podTypeId,
    place,
    eventsOf,
  }: {
    readonly podTypeId: number;
    readonly place: Place;
    readonly eventsOf: (uid: string, namespace: string) => readonly EventFacts[];
  },
): readonly ImageRow[] {
  const pulls = readPulls(readWaiting(reader, podTypeId, place), eventsOf);
  const images = countImages(reader, podTypeId, place).map(({ image, ids, containers, nodes }): ImageRow => {
    const digests = digestsOf(ids);
    const pull = pulls.get(image) ?? quiet(digests);
    return { image, digests, containerCount: containers, nodeCount: nodes, ...pull };
  });
  return images.sort(
    (one, other) => states.indexOf(one.pull) - states.indexOf(other.pull) || (one.image < other.image ? -1 : 1),
  );
}

interface ImageCount {
  readonly image: string;
  readonly ids: string;
  readonly containers: number;
  readonly nodes: number;
}

function countImages({ sqlite }: MirrorReader, podTypeId: number, place: Place): readonly ImageCount[] {
  const { sql, parameters } = placeCondition(place);
  return sqlite
    .prepare(
      `select image, group_concat(distinct image_id) as ids, count(*) as containers,
         count(distinct case when node = '' then null else node end) as nodes
       from object join container on container.object_id = object.id
       where object.type_id = ? and ${sql} and ${isShown(sqlite)} group by image`,
    )
    .all(podTypeId, ...parameters) as ImageCount[];
}

function readWaiting(reader: MirrorReader, podTypeId: number, place: Place): readonly ContainerRow[] {
  const reasons = [...failedReasons, ...startingReasons];
  const among = reasons.map(() => '?').join(', ');
  const only = { sql: `container.state = 'waiting' and container.reason in (${among})`, parameters: reasons };
  return readContainers(reader, podTypeId, place, only);
}

type Pull = Pick<ImageRow, 'pull' | 'reason' | 'message' | 'sinceMs' | 'pod'>;

/** The worst that is told of each image. */
function readPulls(
  waiting: readonly ContainerRow[],
  eventsOf: (uid: string, namespace: string) => readonly EventFacts[],
): ReadonlyMap<string, Pull> {
  const pulls = new Map<string, Pull>();
  let askedCount = 0;
  for (const container of waiting) {
    const hasFailed = failedReasons.includes(container.reason);
    const known = pulls.get(container.image);
    if (known?.pull === 'failed' || (known !== undefined && !hasFailed)) continue;
    if (hasFailed) {
      const { reason, message } = container;
      pulls.set(container.image, {
        pull: 'failed',
        reason,
        message,
        sinceMs: container.podCreatedAtMs,
        pod: podOf(container),
      });
      continue;
    }
    if (askedCount === askedCountMax) continue;
    askedCount += 1;
    const pulling = pullingEvent(eventsOf(container.podUid, container.namespace), container.image);
    if (pulling === undefined) continue;
    const { reason, message, lastAtMs } = pulling;
    pulls.set(container.image, { pull: 'pulling', reason, message, sinceMs: lastAtMs, pod: podOf(container) });
  }
  return pulls;
}

/** The event that says that the image is being pulled, where none about that image is newer. */
function pullingEvent(events: readonly EventFacts[], image: string): EventFacts | undefined {
  const newest = events.find(({ message }) => message.includes(`"${image}"`));
  return newest?.reason === 'Pulling' ? newest : undefined;
}

function podOf({ namespace, pod }: ContainerRow): string {
  return `${namespace}/${pod}`;
}

function quiet(digests: readonly string[]): Pull {
  return { pull: digests.length > 0 ? 'pulled' : 'waiting', reason: '', message: '', sinceMs: null, pod: null };
}

/** `docker.io/library/nginx@sha256:…`, or the digest alone, as runtimes tell them. */
function digestsOf(ids: string): readonly string[] {
  const digests = ids.split(',').map((id) => id.slice(id.lastIndexOf('@') + 1));
  return [...new Set(digests.filter((digest) => digest !== ''))].sort();
}
