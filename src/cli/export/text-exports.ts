import { NaviError } from '../../errors/navi-error.ts';
import type { HeldSnapshot } from '../get/held-snapshot.ts';
import { csvLine, csvTable } from './csv-table.ts';
import type { Exporter } from './exporter.ts';
import type { ExportRequest } from './export-request.ts';
import type { ExportPlan } from './exported-types.ts';
import type { Interruption } from './interruption.ts';
import { textOutput, type TextOutput } from './text-output.ts';

/** What an export of one text is made with. */
export interface TextExport {
  readonly request: Pick<ExportRequest, 'to' | 'types'>;
  /** Rows have to say which context they are of. */
  readonly hasContexts: boolean;
  readonly interruption: Interruption;
}

/** An object on each line, as it is stored; of several contexts each in an object that says which it is of. @throws NAVI_USAGE */
export function ndjsonExport({ request, hasContexts, interruption }: TextExport): Exporter {
  let now: HeldSnapshot | undefined;
  const output = textOutput(request.to, true, () => now);
  return {
    ...ending(output),
    detail: 'body',
    async add({ context, reads, snapshot }) {
      now = snapshot;
      const [before, after] = hasContexts
        ? [`{"context":${JSON.stringify(context.name)},"object":`, '}\n']
        : ['', '\n'];
      let count = 0;
      for (const { rows } of reads) {
        for (const { json = '{}' } of rows) {
          output.write(`${before}${json}${after}`);
          count += 1;
          if (count % lookEvery === 0) await interruption.look();
        }
      }
      return count;
    },
  };
}

/** Rows between two looks at signals. */
const lookEvery = 64;

/**
 * The table of one type, with a column that says which context a row is of where there are several.
 * @param names the columns of all contexts; undefined for those of the one that there is
 * @throws NAVI_USAGE
 */
export function csvExport({ request, hasContexts, interruption }: TextExport, names?: readonly string[]): Exporter {
  let now: HeldSnapshot | undefined;
  let isBegun = false;
  const output = textOutput(request.to, false, () => now);
  return {
    ...ending(output),
    detail: 'row',
    async add({ context, plan, reads, snapshot }) {
      now = snapshot;
      const type = onlyType(plan);
      const { headers, values } = csvTable(type);
      const columns = names ?? headers;
      if (!isBegun) output.write(csvLine([...(hasContexts ? ['CONTEXT'] : []), ...columns]));
      isBegun = true;
      const places = columns.map((name) => headers.indexOf(name));
      let count = 0;
      for (const { rows } of reads) {
        for (const row of rows) {
          const own = values(row);
          output.write(csvLine([...(hasContexts ? [context.name] : []), ...places.map((place) => own[place] ?? null)]));
          count += 1;
          if (count % lookEvery === 0) await interruption.look();
        }
      }
      return count;
    },
  };
}

/** The one type of a table. @throws NAVI_USAGE where a name means several */
export function onlyType({ types }: ExportPlan): ExportPlan['types'][number]['type'] {
  const [only, ...others] = types;
  if (only !== undefined && others.length === 0) return only.type;
  throw new NaviError('NAVI_USAGE', `a table has the columns of one type, and ${types.length} are meant`, {
    hints: ['--to FOLDER/ writes a file for each type'],
  });
}

function ending(output: TextOutput): Pick<Exporter, 'end' | 'discard'> {
  return { end: () => output.end(), discard: () => output.discard() };
}
