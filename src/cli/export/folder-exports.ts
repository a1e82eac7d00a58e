import { join } from 'node:path';
import { resourceName } from '../../core/api-resource.ts';
import { namespaceOfKey } from '../../core/key-range.ts';
import { csvLine, csvTable } from './csv-table.ts';
import type { ContextExport, Exporter } from './exporter.ts';
import { questionText, type ExportRequest } from './export-request.ts';
import { fileName } from './file-name.ts';
import { isControlled, objectOf, wantedObject, yamlFile } from './git-object.ts';
import type { Interruption } from './interruption.ts';
import { refusedTarget } from './target.ts';
import { TreeFolder, type TreeCounts } from './tree-folder.ts';

/** What an export of many files is made with. */
export interface FolderExport {
  readonly request: ExportRequest;
  readonly interruption: Interruption;
  readonly notice: (text: string) => void;
}

/** Folder of what is in no namespace, which no namespace is called. */
const noNamespace = '_cluster';

/** A file for each object: CONTEXT/NAMESPACE/TYPE/NAME.yaml. */
export function yamlExport({ request, interruption, notice }: FolderExport): Exporter {
  const isFitForGit = !request.isWhole;
  // What is asked for by its name is wanted, whoever made it.
  const isAll = request.types.length === 0;
  return {
    ...nothingLeft,
    detail: 'body',
    async add(exported) {
      const tree = treeOf(request, exported, 3);
      let count = 0;
      for (const { type, rows } of exported.reads) {
        const folder = fileName(resourceName(type));
        for (const row of rows) {
          await interruption.look();
          const object = objectOf(row.json ?? '{}');
          if (isFitForGit && isAll && isControlled(object)) continue;
          const namespace = namespaceOfKey(row);
          const place = namespace === '' ? noNamespace : fileName(namespace);
          tree.write(
            `${place}/${folder}/${fileName(row.name)}.yaml`,
            yamlFile(isFitForGit ? wantedObject(object) : object),
          );
          count += 1;
        }
      }
      const isGone = (path: string): boolean => {
        const [namespace = '', type = ''] = path.split('/');
        return exported.plan.isKnown(type, namespace);
      };
      notice(countsText(request, exported, tree.finish(isGone)));
      return count;
    },
  };
}

/** A file for each type that has objects: CONTEXT/TYPE.csv. */
export function csvFolderExport({ request, interruption, notice }: FolderExport): Exporter {
  return {
    ...nothingLeft,
    detail: 'row',
    async add(exported) {
      const tree = treeOf(request, exported, 1);
      let count = 0;
      for (const [type, reads] of Map.groupBy(exported.reads, (read) => read.type)) {
        const { headers, values } = csvTable(type);
        const lines: string[] = [];
        for (const { rows } of reads) {
          for (const row of rows) {
            lines.push(csvLine(values(row)));
            await interruption.look();
          }
        }
        count += lines.length;
        if (lines.length > 0) tree.write(`${fileName(resourceName(type))}.csv`, [csvLine(headers), ...lines].join(''));
      }
      const read = new Set(exported.plan.types.map(({ type }) => fileName(resourceName(type))));
      const isGone = (path: string): boolean => {
        const type = path.slice(0, -'.csv'.length);
        return read.has(type) || !exported.plan.isServed(type);
      };
      notice(countsText(request, exported, tree.finish(isGone)));
      return count;
    },
  };
}

/** Each file is whole whenever an export ends. */
const nothingLeft = { end: () => undefined, discard: () => undefined };

function folderOf({ to }: ExportRequest, { context }: ContextExport): string {
  if (to === undefined) throw refusedTarget('a folder is needed for several files', 'name one with --to');
  return join(to, fileName(context.name));
}

function treeOf(request: ExportRequest, exported: ContextExport, depth: number): TreeFolder {
  return new TreeFolder(folderOf(request, exported), { question: questionText(request), depth });
}

function countsText(request: ExportRequest, exported: ContextExport, counts: TreeCounts): string {
  const { writtenCount, unchangedCount, removedCount, keptCount } = counts;
  const kept = keptCount === 0 ? '' : `, ${keptCount} of what cannot be read now left alone`;
  const files = writtenCount === 1 ? 'file' : 'files';
  return `navi: ${folderOf(request, exported)}: ${writtenCount} ${files} written, ${removedCount} removed, ${unchangedCount} as they were${kept}`;
}
