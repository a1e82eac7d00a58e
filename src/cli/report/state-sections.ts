import type { ReportFailure } from '../../query/report/failing.ts';
import type { NodeAmounts } from '../../query/report/nodes.ts';
import type { ReportRestart } from '../../query/report/restarts.ts';
import type { ClusterReport } from './report.ts';
import type { Block, Cell, Column, ViewSection } from './view.ts';
import { counted } from '../../core/counted.ts';
import { agoText, cell, placed, sizeText } from './view-text.ts';

/** Makes a section of rows; a text in place of a table where there are none, or nothing may be told. */
export function rowSection<Row>(
  title: string,
  section: { readonly totalCount: number; readonly rows: readonly Row[] } | null,
  {
    columns,
    cells,
    none,
  }: {
    readonly columns: readonly Column[];
    readonly cells: (row: Row) => readonly Cell[];
    readonly none: string;
  },
): ViewSection {
  if (section === null) {
    return { title, blocks: [{ kind: 'text', text: 'Not known: see what is left out.', tone: 'warn' }] };
  }
  const { totalCount, rows } = section;
  if (rows.length === 0) return { title, blocks: [{ kind: 'text', text: none }] };
  const table: Block = {
    kind: 'table',
    caption: '',
    columns,
    rows: rows.map(cells),
    moreCount: totalCount - rows.length,
  };
  return { title, blocks: [table] };
}

/** What fires, and what fired in the range. */
export function alertSection({ alerts }: ClusterReport, now: string): ViewSection {
  return rowSection('Alerts', alerts, {
    none: 'Nothing fires, and nothing did.',
    columns: [
      { header: 'Rule' },
      { header: 'Severity' },
      { header: 'Object' },
      { header: 'Since' },
      { header: 'Until' },
      { header: 'What' },
    ],
    cells: ({ rule, severity, state, type, namespace, name, summary, firedAt, resolvedAt, notJudged }) => [
      cell(rule),
      cell(severity, state === 'firing' && notJudged === null ? (severity === 'critical' ? 'bad' : 'warn') : undefined),
      cell(name === '' ? 'the cluster' : `${type} ${placed(namespace, name)}`),
      cell(agoText(firedAt, now)),
      cell(resolvedAt === null ? whileOpen(notJudged) : agoText(resolvedAt, now)),
      cell(summary),
    ],
  });
}

/** Until when a condition holds that is not over. */
function whileOpen(notJudged: string | null): string {
  return notJudged === null ? 'now' : `not judged: ${notJudged}`;
}

/** What is not well. */
export function failingSection({ failing }: ClusterReport, now: string): ViewSection {
  return rowSection('What is not well', failing, {
    none: 'Nothing that the mirror knows of.',
    columns: [{ header: 'Object' }, { header: 'Since' }, { header: 'What' }, { header: 'Why' }],
    cells: (row) => [
      cell(`${row.kind} ${placed(row.namespace, row.name)}`),
      cell(agoText(row.since, now)),
      cell(row.what, 'bad'),
      cell(whyText(row)),
    ],
  });
}

function whyText({ what, causes, warning }: ReportFailure): string {
  const links = causes.map(({ kind, name, what: trouble, alikeCount }) => {
    const alike = alikeCount > 0 ? ` (and ${counted(alikeCount, 'other')})` : '';
    return `${kind} ${name}${alike} ${trouble}`;
  });
  const isSaid = warning === null || [what, ...links].some((text) => text.includes(warning.message));
  const said = isSaid ? [] : [`${warning.reason}: ${warning.message}`];
  return [...links, ...said].join('; ');
}

/** Containers that were restarted. */
export function restartSection({ restarts }: ClusterReport, now: string): ViewSection {
  return rowSection('Restarts', restarts, {
    none: 'No container was restarted.',
    columns: [
      { header: 'Container' },
      { header: 'Restarts', isNumber: true },
      { header: 'In all', isNumber: true },
      { header: 'Last end' },
      { header: 'Ended' },
    ],
    cells: (row) => [
      cell(`${placed(row.namespace, row.pod)} ${row.container}`),
      cell(row.restartCount ?? 'not known'),
      cell(row.totalRestartCount),
      cell(endText(row.lastExit), row.lastExit.exitCode === 0 ? undefined : 'warn'),
      cell(agoText(row.lastExit.finishedAt, now)),
    ],
  });
}

function endText({ reason, exitCode }: ReportRestart['lastExit']): string {
  if (exitCode === null) return reason;
  return reason === '' ? `exit code ${exitCode}` : `${reason}, exit code ${exitCode}`;
}

/** Images that cannot be had. */
export function pullSection({ imagePulls }: ClusterReport, now: string): ViewSection {
  return rowSection('Images that cannot be pulled', imagePulls, {
    none: 'None.',
    columns: [
      { header: 'Image' },
      { header: 'Reason' },
      { header: 'Containers', isNumber: true },
      { header: 'First pod' },
      { header: 'Pod made' },
      { header: 'Message' },
    ],
    cells: (row) => [
      cell(row.image),
      cell(row.reason, 'bad'),
      cell(row.containerCount),
      cell(row.pod),
      cell(agoText(row.since, now)),
      cell(row.message),
    ],
  });
}

/** Nodes, and what pods ask of them. Undefined where single namespaces are reported. */
export function nodeSection({ nodes, leftOut }: ClusterReport, now: string): ViewSection | undefined {
  if (nodes === null && !leftOut.some((phrase) => /\bnodes\b/.test(phrase))) return undefined;
  const section = rowSection('Nodes and capacity', nodes, {
    none: 'There is no node.',
    columns: [
      { header: 'Node' },
      { header: 'Ready' },
      { header: 'Since' },
      { header: 'Pods', isNumber: true },
      { header: 'CPU requested' },
      { header: 'Memory requested' },
    ],
    cells: (node) => [
      cell(node.name),
      readyCell(node),
      cell(agoText(node.since, now)),
      cell(node.podCount === null ? null : `${node.podCount} of ${node.allocatablePodCount ?? '?'}`),
      cpuCell(node),
      memoryCell(node),
    ],
  });
  if (nodes === null || nodes.totalCount === 0) return section;
  const total: Block = {
    kind: 'facts',
    facts: [
      [
        'Nodes ready',
        cell(`${nodes.readyCount} of ${nodes.totalCount}`, nodes.readyCount < nodes.totalCount ? 'bad' : 'good'),
      ],
      ['CPU requested', cpuCell(nodes.total)],
      ['Memory requested', memoryCell(nodes.total)],
    ],
  };
  return { title: section.title, blocks: [total, ...section.blocks] };
}

function readyCell({
  isReady,
  problem,
  isCordoned,
}: {
  readonly isReady: boolean;
  readonly problem: string;
  readonly isCordoned: boolean;
}): Cell {
  const parts = [isReady ? 'yes' : 'no', ...(isCordoned ? ['cordoned'] : []), ...(problem === '' ? [] : [problem])];
  return cell(parts.join(', '), isReady ? (parts.length > 1 ? 'warn' : 'good') : 'bad');
}

function cpuCell({ requestedCpuCores: asked, allocatableCpuCores: whole }: NodeAmounts): Cell {
  return shareCell(asked, whole, (cores) => String(Math.round(cores * 100) / 100), ' cores');
}

function memoryCell({ requestedMemoryBytes: asked, allocatableMemoryBytes: whole }: NodeAmounts): Cell {
  return shareCell(asked, whole, sizeText, '');
}

/** From here on a share is near the whole. */
const nearlyAll = 0.9;

function shareCell(asked: number | null, whole: number | null, text: (amount: number) => string, unit: string): Cell {
  if (asked === null || whole === null || whole === 0) return cell(asked === null ? null : `${text(asked)}${unit}`);
  const share = asked / whole;
  const tone = share > 1 ? 'bad' : share >= nearlyAll ? 'warn' : undefined;
  return { text: `${Math.round(share * 100)}%: ${text(asked)} of ${text(whole)}${unit}`, tone, share };
}

/** Certificates that need a look. */
export function certificateSection({ certificates }: ClusterReport, now: string): ViewSection {
  return rowSection('Certificates that end within 30 days, or have a problem', certificates, {
    none: 'None that the mirror shows. Those of TLS Secrets are only known where the settings of the daemon say so.',
    columns: [
      { header: 'Certificate' },
      { header: 'Ends' },
      { header: 'Days left', isNumber: true },
      { header: 'Found in' },
      { header: 'Problem' },
    ],
    cells: (row) => [
      cell(row.subject),
      cell(agoText(row.notAfter, now)),
      cell(row.leftDays, row.leftDays === null ? undefined : row.leftDays < 0 ? 'bad' : 'warn'),
      cell([`${row.kind} ${placed(row.namespace, row.name)}`, row.part].filter((text) => text !== '').join(' ')),
      cell(row.problem, row.problem === '' ? undefined : 'bad'),
    ],
  });
}

/** `and 3 more`, which tables end in. */
export function moreText(count: number): string {
  return `and ${counted(count, 'more', 'more')}`;
}
