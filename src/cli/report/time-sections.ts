import type { ClusterReport } from './report.ts';
import { rowSection } from './state-sections.ts';
import type { Block, ViewSection } from './view.ts';
import { counted, numberText } from '../../core/counted.ts';
import { agoText, cell, minuteText, placed } from './view-text.ts';

/** What changed: a plot, the objects that changed most, and what is gone. */
export function changeSection({ changes }: ClusterReport, now: string): ViewSection {
  const { addedCount, updatedCount, deletedCount, buckets, knownSince, bucketMs } = changes;
  const total = addedCount + updatedCount + deletedCount;
  const known: readonly Block[] =
    knownSince === null
      ? [{ kind: 'text', text: 'The mirror logs no changes yet.', tone: 'warn' }]
      : [
          {
            kind: 'text',
            text: `All that navi saw since ${minuteText(knownSince)}, without events, leases and secrets.`,
          },
        ];
  if (total === 0) return { title: 'Changes', blocks: [...known, { kind: 'text', text: 'Nothing changed.' }] };
  const objects = rowSection('Objects that changed most', changes.objects, {
    none: '',
    columns: [
      { header: 'Object' },
      { header: 'Updated', isNumber: true },
      { header: 'Added', isNumber: true },
      { header: 'Deleted', isNumber: true },
      { header: 'Last change' },
    ],
    cells: (row) => [
      cell(`${row.type} ${placed(row.namespace, row.name)}`),
      cell(row.updatedCount),
      cell(row.addedCount),
      cell(row.deletedCount),
      cell(agoText(row.lastSeenAt, now)),
    ],
  });
  const deletions = rowSection('Deleted objects', changes.deletions, {
    none: 'Nothing was deleted.',
    columns: [{ header: 'Object' }, { header: 'Gone' }],
    cells: (row) => [
      cell(`${row.type} ${placed(row.namespace, row.name)}`),
      cell(`${row.isUnseen ? 'before ' : ''}${agoText(row.seenAt, now)}`),
    ],
  });
  return {
    title: 'Changes',
    blocks: [
      ...known,
      {
        kind: 'plot',
        title: `Changes per ${widthText(bucketMs)}`,
        description: `${counted(total, 'change')}: ${numberText(updatedCount)} updated, ${numberText(addedCount)} added, ${numberText(deletedCount)} deleted.`,
        series: ['updated', 'added', 'deleted'],
        columns: buckets.map((bucket) => ({
          label: minuteText(bucket.start),
          values: [bucket.updatedCount, bucket.addedCount, bucket.deletedCount],
        })),
      },
      ...captioned(objects),
      ...captioned(deletions),
    ],
  };
}

/** A section of a section: its tables bear its title. */
function captioned({ title, blocks }: ViewSection): readonly Block[] {
  return blocks.map((block) => (block.kind === 'table' ? { ...block, caption: title } : block));
}

/** Warnings: a plot, and what they say. */
export function warningSection({ warnings }: ClusterReport, now: string): ViewSection {
  const section = rowSection('Warnings', warnings, {
    none: 'No warning was told.',
    columns: [
      { header: 'Reason' },
      { header: 'Times', isNumber: true },
      { header: 'Objects', isNumber: true },
      { header: 'Last one' },
      { header: 'Last seen' },
      { header: 'Message' },
    ],
    cells: (row) => [
      cell(row.reason, 'warn'),
      cell(row.eventCount),
      cell(row.objectCount),
      cell(`${row.kind} ${placed(row.namespace, row.name)}`),
      cell(agoText(row.lastSeenAt, now)),
      cell(row.message),
    ],
  });
  if (warnings === null || warnings.totalCount === 0) return section;
  const eventCount = warnings.buckets.reduce((sum, bucket) => sum + bucket.eventCount, 0);
  const plot: Block = {
    kind: 'plot',
    title: `Warning events per ${widthText(warnings.bucketMs)}, each where it was seen last`,
    description: `${counted(eventCount, 'event')} of ${counted(warnings.totalCount, 'kind of warning', 'kinds of warnings')}.`,
    series: ['warnings'],
    columns: warnings.buckets.map(({ start, eventCount: value }) => ({ label: minuteText(start), values: [value] })),
  };
  return { title: section.title, blocks: [plot, ...section.blocks] };
}

function widthText(ms: number): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ] as const;
  const [name, length] = units.find(([, each]) => ms % each === 0) ?? ['second', 1_000];
  const count = ms / length;
  return count === 1 ? name : `${count} ${name}s`;
}
