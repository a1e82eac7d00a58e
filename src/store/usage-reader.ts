import type { ObjectUsage, UsageKind } from '../core/usage.ts';
import { HistoryHandle } from './history-handle.ts';
import { storedSchemaVersion } from './migrator.ts';
import type { MirrorReader } from './open-reader.ts';
import { unpackUsage } from './usage-blob.ts';
import type { UsageFailure, UsageSource } from './usage-writer.ts';

/** What became of the requests to a source. */
export interface UsageState extends UsageSource {
  /** Of the last answer (epoch ms); null before the first. */
  readonly polledAtMs: number | null;
  /** Of the last request; null where it was answered. */
  readonly failure: (UsageFailure & { readonly atMs: number }) | null;
}

/** What the objects of a namespace used at an instant. */
export interface UsageSample {
  readonly atMs: number;
  /** Empty for nodes. */
  readonly namespace: string;
  readonly objects: readonly ObjectUsage[];
}

interface SourceRow {
  readonly kind: UsageKind;
  readonly place: string;
  readonly interval_ms: number;
  readonly polled_at: number | null;
  readonly failed_at: number | null;
  readonly failure_class: string | null;
  readonly failure_status: number | null;
  readonly failure_reason: string | null;
  readonly failure_text: string | null;
}

interface SampleRow {
  readonly at: number;
  readonly namespace: string;
  readonly names: Buffer;
  readonly amounts: Buffer;
}

/** The first version of history.db that has usage. */
const firstVersion = 2;

/** Usage as the daemon stored it beside a mirror. Every method throws what `openHandle` throws. */
export class UsageReader {
  readonly #history: HistoryHandle;

  private constructor(history: HistoryHandle) {
    this.#history = history;
  }

  /** The usage beside a mirror; undefined where none was ever asked for. */
  static open(mirror: MirrorReader): UsageReader | undefined {
    const history = HistoryHandle.open(mirror);
    if (history === undefined) return undefined;
    if (storedSchemaVersion(history.sqlite) >= firstVersion) return new UsageReader(history);
    history.close();
    return undefined;
  }

  /** What is asked for, by place. */
  sources(kind: UsageKind): readonly UsageState[] {
    return this.#history.read(() =>
      (
        this.#history.sqlite
          .prepare(
            `select kind, place, interval_ms, polled_at, failed_at, failure_class, failure_status, failure_reason, failure_text
             from usage_source where kind = ? order by place`,
          )
          .all(kind) as readonly SourceRow[]
      ).map(stateOf),
    );
  }

  /**
   * The samples of the last answer of each source, by namespace.
   * @param namespaces undefined: all, or nodes
   */
  latest(kind: UsageKind, namespaces: readonly string[] | undefined): readonly UsageSample[] {
    return this.#samples(
      `select polled_at as at, namespace, names, amounts from usage_source join usage_sample using (poll_id) join usage_names on sample_id = usage_sample.id
       where kind = @kind and (@namespaces is null or namespace in (select value from json_each(@namespaces)))
       order by namespace, at`,
      { kind, namespaces: namespacesJson(namespaces) },
    );
  }

  /** All samples since an instant (epoch ms), the oldest first. @param namespaces as for `latest` */
  since(kind: UsageKind, namespaces: readonly string[] | undefined, fromMs: number): readonly UsageSample[] {
    return this.#samples(
      `select at, namespace, names, amounts from usage_poll join usage_sample on poll_id = usage_poll.id join usage_names on sample_id = usage_sample.id
       where kind = @kind and at >= @fromMs and (@namespaces is null or namespace in (select value from json_each(@namespaces)))
       order by at, usage_poll.id`,
      { kind, namespaces: namespacesJson(namespaces), fromMs },
    );
  }

  close(): void {
    this.#history.close();
  }

  #samples(sql: string, parameters: Readonly<Record<string, string | number | null>>): readonly UsageSample[] {
    return this.#history.read(() => {
      const rows = this.#history.sqlite.prepare(sql).all(parameters) as readonly SampleRow[];
      return rows.map(({ at, namespace, ...blobs }) => ({ atMs: at, namespace, objects: unpackUsage(blobs) }));
    });
  }
}

function namespacesJson(namespaces: readonly string[] | undefined): string | null {
  return namespaces === undefined ? null : JSON.stringify(namespaces);
}

function stateOf(row: SourceRow): UsageState {
  const { kind, place, interval_ms: intervalMs, polled_at: polledAtMs, failed_at: atMs } = row;
  const failure =
    atMs === null
      ? null
      : {
          atMs,
          class: row.failure_class ?? '',
          status: row.failure_status ?? 0,
          reason: row.failure_reason ?? '',
          message: row.failure_text ?? '',
        };
  return { kind, place, intervalMs, polledAtMs, failure };
}
