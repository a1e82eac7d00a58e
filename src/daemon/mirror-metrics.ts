import { statSync } from 'node:fs';
import type { MetricFamily, MetricSample } from '../core/exposition-text.ts';
import { compareHealth } from '../core/health-order.ts';
import type { LiveMirror, LiveScope } from '../core/live-status.ts';
import type { ScopeCounts } from '../core/scope-counts.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import type { ShownType } from '../store/scope-writer.ts';
import { lagBucketsMs, type LagHistogram } from './lag-meter.ts';

/** All that Prometheus is told of a mirror. */
export interface MirrorMetrics {
  readonly live: LiveMirror;
  /** Counts since the process began, by `plural.group`. */
  readonly byType: ReadonlyMap<string, ScopeCounts>;
  readonly lags: LagHistogram;
  /** Last heartbeat that passed (epoch ms); null for never. */
  readonly confirmedAtMs: number | null;
  /** By `plural.group`. */
  readonly stored: ReadonlyMap<string, ShownType>;
  /** Sizes of the store's files. */
  readonly storeBytes: Readonly<Record<'database' | 'wal', number>>;
}

/** The part of a mirror's metrics that lies in its store. */
export function storedMetrics(writer: MirrorWriter): Pick<MirrorMetrics, 'confirmedAtMs' | 'stored' | 'storeBytes'> {
  const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const names = new Map([...writer.types.all()].map(([name, { id }]) => [id, name]));
  const stored = new Map<string, ShownType>();
  for (const type of writer.scopes.shownTypes()) {
    const name = names.get(type.typeId);
    if (name !== undefined) stored.set(name, type);
  }
  return {
    confirmedAtMs: writer.mirror().confirmed_at,
    stored,
    storeBytes: { database: sizeOf(writer.file), wal: sizeOf(`${writer.file}-wal`) },
  };
}

/** Metrics of all mirrors, one family per name; a series per type and mirror at most. */
export function mirrorFamilies(mirrors: readonly MirrorMetrics[]): readonly MetricFamily[] {
  return [...clusterFamilies(mirrors), ...typeFamilies(mirrors)];
}

type Labels = Readonly<Record<string, string>>;

const labelsOf = ({ live }: MirrorMetrics): Labels => ({ context: live.context, mirror: live.mirrorId });

function clusterFamilies(mirrors: readonly MirrorMetrics[]): readonly MetricFamily[] {
  /** A family with one value per mirror. */
  const each = (
    name: string,
    type: 'counter' | 'gauge',
    help: string,
    value: (mirror: MirrorMetrics) => number | null | undefined,
  ): MetricFamily => ({
    name,
    type,
    help,
    samples: mirrors.flatMap((mirror) => sample(labelsOf(mirror), value(mirror))),
  });
  return [
    {
      name: 'navi_cluster_info',
      type: 'gauge',
      help: 'What the last heartbeat of the cluster came to; always 1.',
      samples: mirrors.map((mirror) => {
        const { health, reason } = mirror.live;
        return { labels: { ...labelsOf(mirror), health, reason }, value: 1 };
      }),
    },
    each(
      'navi_cluster_healthy',
      'gauge',
      'Whether the last heartbeat passed and the store can be written.',
      ({ live }) => (live.health === 'healthy' ? 1 : 0),
    ),
    each('navi_heartbeat_timestamp_seconds', 'gauge', 'When the last heartbeat that passed was sent.', (mirror) =>
      seconds(mirror.confirmedAtMs),
    ),
    each('navi_requests_total', 'counter', 'Requests sent to the cluster.', ({ live }) => live.requestCount),
    each(
      'navi_usage_requests_total',
      'counter',
      'Requests for the use of nodes and pods, which are none of the others.',
      ({ live }) => live.usageRequestCount,
    ),
    each(
      'navi_received_bytes_total',
      'counter',
      'Bytes of answers from the cluster.',
      ({ live }) => live.receivedBytes,
    ),
    each('navi_queued_events', 'gauge', 'Events that wait to be committed.', ({ live }) => live.queuedEventCount),
    each(
      'navi_queued_bytes',
      'gauge',
      'Bytes of the events that wait to be committed.',
      ({ live }) => live.queuedBytes,
    ),
    each('navi_waiting_lists', 'gauge', 'Lists that wait for their turn.', ({ live }) => live.waitingListCount),
    each(
      'navi_use_hits_total',
      'counter',
      'Questions that met current data of a type followed while asked for.',
      (one) => one.live.use?.hitCount,
    ),
    each(
      'navi_use_misses_total',
      'counter',
      'Questions that waited for the cluster.',
      ({ live }) => live.use?.missCount,
    ),
    each(
      'navi_use_evictions_total',
      'counter',
      'Types that made room: stopped, or their objects erased.',
      ({ live }) => live.use?.evictionCount,
    ),
    each(
      'navi_use_prefetches_total',
      'counter',
      'Types that were followed because a related one was asked for.',
      ({ live }) => live.use?.prefetchCount,
    ),
    {
      name: 'navi_store_bytes',
      type: 'gauge',
      help: 'Size of the files of the store.',
      samples: mirrors.flatMap((mirror) =>
        Object.entries(mirror.storeBytes).map(([file, value]) => ({ labels: { ...labelsOf(mirror), file }, value })),
      ),
    },
    {
      name: 'navi_change_lag_seconds',
      type: 'histogram',
      help: 'From receiving the oldest change of a commit to having it committed.',
      samples: mirrors.flatMap((mirror) => lagSamples(labelsOf(mirror), mirror.lags)),
    },
  ];
}

function lagSamples(labels: Labels, { counts, count, sumMs }: LagHistogram): readonly MetricSample[] {
  return [
    ...lagBucketsMs.map((boundMs, index) => ({
      suffix: '_bucket' as const,
      labels: { ...labels, le: String(boundMs / 1_000) },
      value: counts[index] ?? 0,
    })),
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: sumMs / 1_000 },
    { suffix: '_count', labels, value: count },
  ];
}

/** A type of a mirror with all there is to tell of it. */
interface TypeMetrics {
  readonly labels: Labels;
  readonly counts: ScopeCounts | undefined;
  readonly stored: ShownType | undefined;
  /** Of its scopes the one that is worst off. */
  readonly worst: LiveScope;
}

function typeFamilies(mirrors: readonly MirrorMetrics[]): readonly MetricFamily[] {
  const types = mirrors.flatMap((mirror) => typesOf(mirror));
  /** A family with one value per type. */
  const each = (
    name: string,
    type: 'counter' | 'gauge',
    help: string,
    value: (type: TypeMetrics) => number | null | undefined,
  ): MetricFamily => ({ name, type, help, samples: types.flatMap((one) => sample(one.labels, value(one))) });
  return [
    {
      name: 'navi_type_info',
      type: 'gauge',
      help: 'How a type is kept; always 1.',
      samples: types.map(({ labels, worst: { mode, health, reason } }) => ({
        labels: { ...labels, mode, health, reason },
        value: 1,
      })),
    },
    each('navi_type_healthy', 'gauge', 'Whether all of a type is healthy.', ({ worst }) =>
      worst.health === 'healthy' ? 1 : 0,
    ),
    each('navi_objects', 'gauge', 'Objects in the mirror.', ({ stored }) => stored?.objectCount),
    each('navi_data_timestamp_seconds', 'gauge', 'A time at which the objects were the ones of the cluster.', (type) =>
      seconds(type.stored?.provenAtMs),
    ),
    each('navi_lists_total', 'counter', 'Lists begun.', ({ counts }) => counts?.lists),
    {
      name: 'navi_relists_total',
      type: 'counter',
      help: 'Lists after the first, by what made them necessary.',
      samples: types.flatMap(({ labels, counts }) =>
        Object.entries(counts?.relistReasons ?? {}).map(([reason, value]) => ({
          labels: { ...labels, reason },
          value,
        })),
      ),
    },
    each('navi_watches_total', 'counter', 'Watches opened, or tried.', ({ counts }) => counts?.watches),
    each('navi_reconnects_total', 'counter', 'Watches that followed a watch.', ({ counts }) => counts?.reconnects),
    each('navi_events_total', 'counter', 'Events of watches that are committed.', ({ counts }) => counts?.events),
    each(
      'navi_bookmarks_total',
      'counter',
      'Bookmarks of watches that are committed.',
      (type) => type.counts?.bookmarks,
    ),
    each(
      'navi_type_received_bytes_total',
      'counter',
      'Bytes of lists and watches.',
      (type) => type.counts?.bytesReceived,
    ),
    each('navi_list_duration_seconds', 'gauge', 'How long the last complete list took.', ({ worst }) =>
      seconds(worst.listDurationMs),
    ),
    each('navi_poll_interval_seconds', 'gauge', 'Rest between two lists of a polled type.', ({ worst }) =>
      seconds(worst.pollIntervalMs),
    ),
    each('navi_audit_timestamp_seconds', 'gauge', 'When the mirror was last compared with the cluster.', ({ stored }) =>
      seconds(stored?.auditedAtMs),
    ),
    each(
      'navi_audit_differences_total',
      'counter',
      'Objects in which the mirror ever differed.',
      ({ stored }) => stored?.auditDifferenceCount,
    ),
  ];
}

function typesOf(mirror: MirrorMetrics): readonly TypeMetrics[] {
  const byType = Map.groupBy(mirror.live.scopes, ({ type }) => type);
  return [...byType].flatMap(([type, scopes]) => {
    const worst = scopes.toSorted(compareHealth).at(-1);
    if (worst === undefined) return [];
    return [
      {
        labels: { ...labelsOf(mirror), type },
        counts: mirror.byType.get(type),
        stored: mirror.stored.get(type),
        worst,
      },
    ];
  });
}

function sample(labels: Labels, value: number | null | undefined): readonly MetricSample[] {
  return value === null || value === undefined ? [] : [{ labels, value }];
}

function seconds(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : ms / 1_000;
}
