import { humanDuration } from '../../core/human-duration.ts';
import type { ClusterReport, Report } from './report.ts';
import {
  alertSection,
  certificateSection,
  failingSection,
  nodeSection,
  pullSection,
  restartSection,
} from './state-sections.ts';
import { changeSection, warningSection } from './time-sections.ts';
import type { Block, Cell, ReportView, ViewCluster } from './view.ts';
import { counted } from '../../core/counted.ts';
import { agoText, alarm, cell, minuteText } from './view-text.ts';

/** A report as people read it. */
export function reportView(report: Report): ReportView {
  const { generatedAt, since, namespaces, clusters, faults } = report;
  const range = humanDuration(Date.parse(generatedAt) - Date.parse(since));
  const place = namespaces === null ? 'all namespaces' : `only ${namespaces.join(', ')}`;
  const names = clusters.map(({ context }) => context).join(', ');
  return {
    title: `Kubernetes report: ${names}`,
    blocks: [
      {
        kind: 'text',
        text: `Made ${minuteText(generatedAt)} UTC by navi from its mirror; ${place}; restarts, changes and warnings of the last ${range}, since ${minuteText(since)}. All times are UTC.`,
      },
      ...faults.map((fault): Block => ({ kind: 'text', text: fault.message, tone: 'bad' })),
      ...(clusters.length > 1 ? [summaryTable(clusters)] : []),
    ],
    clusters: clusters.map((cluster) => clusterView(cluster, report)),
  };
}

/** Numbers that say at a glance how a cluster is. */
function glance(cluster: ClusterReport): readonly (readonly [name: string, value: Cell])[] {
  const { alerts, failing, restarts, imagePulls, nodes, certificates, changes, warnings } = cluster;
  const unready = nodes === null ? 0 : nodes.totalCount - nodes.readyCount;
  const ofNodes = nodes && cell(`${nodes.readyCount} of ${nodes.totalCount}`, unready > 0 ? 'bad' : 'good');
  return [
    ['Data', freshness(cluster)],
    ['Alerts', alarm(alerts.firingCount)],
    ['Not well', alarm(failing.totalCount)],
    ['Nodes ready', ofNodes ?? cell(null)],
    ['Containers restarted', alarm(restarts && restarts.totalCount, 'warn')],
    ['Images not pulled', alarm(imagePulls && imagePulls.totalCount)],
    ['Certificates', alarm(certificates && certificates.totalCount, 'warn')],
    ['Changes', cell(changes.addedCount + changes.updatedCount + changes.deletedCount)],
    ['Warnings', alarm(warnings && warnings.rows.reduce((sum, { eventCount }) => sum + eventCount, 0), 'warn')],
  ];
}

/** What may be read of a cluster, in numbers. */
function sizeOf({ objectCount, typeCount, namespaceCount, podCount, nodeCount }: ClusterReport['counts']): string {
  const parts = [
    [namespaceCount, 'namespace'],
    [podCount, 'pod'],
    [nodeCount, 'node'],
  ] as const;
  const known = parts.flatMap(([count, word]) => (count === null ? [] : [counted(count, word)]));
  return [`${counted(objectCount, 'object')} of ${counted(typeCount, 'type')}`, ...known].join(', ');
}

function freshness({ ageMs, isStale, healthReason }: ClusterReport): Cell {
  if (ageMs === null) return cell('none yet', 'bad');
  const old = `${humanDuration(ageMs)} old`;
  return isStale ? cell(`stale: ${old}, ${healthReason}`, 'bad') : cell(old, 'good');
}

function summaryTable(clusters: readonly ClusterReport[]): Block {
  const rows = clusters.map((cluster) => [cell(cluster.context), ...glance(cluster).map(([, value]) => value)]);
  const [first] = clusters;
  const headers = first === undefined ? [] : glance(first).map(([name]) => name);
  return {
    kind: 'table',
    caption: 'Clusters',
    columns: [{ header: 'Cluster' }, ...headers.map((header) => ({ header }))],
    rows,
    moreCount: 0,
  };
}

function clusterView(cluster: ClusterReport, { generatedAt }: Report): ViewCluster {
  const { counts, leftOut, isStale, confirmedAt, lastError } = cluster;
  const sections = [
    alertSection(cluster, generatedAt),
    failingSection(cluster, generatedAt),
    restartSection(cluster, generatedAt),
    pullSection(cluster, generatedAt),
    nodeSection(cluster, generatedAt),
    certificateSection(cluster, generatedAt),
    changeSection(cluster, generatedAt),
    warningSection(cluster, generatedAt),
  ];
  const error = lastError === null ? '' : ` Last error: ${lastError}`;
  const stale: Block = {
    kind: 'text',
    text: `The cluster may be otherwise by now: it last answered ${agoText(confirmedAt, generatedAt)}.${error}`,
    tone: 'bad',
  };
  return {
    title: cluster.context,
    blocks: [
      ...(isStale ? [stale] : []),
      { kind: 'facts', facts: glance(cluster) },
      {
        kind: 'text',
        text: `${cluster.server}, Kubernetes ${cluster.serverVersion ?? 'of an unknown version'}: ${sizeOf(counts)}. It last answered ${agoText(confirmedAt, generatedAt)}.`,
      },
      ...leftOut.map((phrase): Block => ({ kind: 'text', text: `Left out: ${phrase}.`, tone: 'warn' })),
    ],
    sections: sections.filter((section) => section !== undefined),
  };
}
