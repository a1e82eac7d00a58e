import { expositionText, type MetricFamily } from '../core/exposition-text.ts';
import { mirrorFamilies, type MirrorMetrics } from './mirror-metrics.ts';

/** What the process as a whole uses. */
export interface ProcessUsage {
  /** Epoch ms. */
  readonly startedAtMs: number;
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

/** What this process uses now, besides when it started. */
export function processUsage(): Omit<ProcessUsage, 'startedAtMs'> {
  const { user, system } = process.cpuUsage();
  return { residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 };
}

/** All metrics of the daemon in the text format of Prometheus (0.0.4). Process metrics bear the names that its clients give them. */
export function metricsText(usage: ProcessUsage, mirrors: readonly MirrorMetrics[]): string {
  const one = (name: string, type: 'counter' | 'gauge', help: string, value: number): MetricFamily => ({
    name,
    type,
    help,
    samples: [{ labels: {}, value }],
  });
  const startedAtSeconds = usage.startedAtMs / 1_000;
  return expositionText([
    one('process_start_time_seconds', 'gauge', 'When the process started.', startedAtSeconds),
    one('process_resident_memory_bytes', 'gauge', 'Memory of the process that is in use.', usage.residentBytes),
    one('process_cpu_seconds_total', 'counter', 'Time that the process has spent on processors.', usage.cpuSeconds),
    one('navi_mirrors', 'gauge', 'Mirrors that the process keeps.', mirrors.length),
    ...mirrorFamilies(mirrors),
  ]);
}
