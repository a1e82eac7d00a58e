import * as Flags from '@oclif/core/flags';
import { argument } from '../cli/argument.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { contextsRun } from '../cli/contexts-run.ts';
import { exportFormats, exportRequest } from '../cli/export/export-request.ts';
import { runExport } from '../cli/export/run-export.ts';
import { placeChoice, placeFlags } from '../cli/listing/place-flags.ts';

/** What the mirror has, as files. */
export class ExportCommand extends BaseCommand {
  static override summary = 'Write what the mirror has as NDJSON, YAML files, CSV or SQLite.';

  static override description =
    'All objects of all namespaces and types that you may read, or those that types, -n, -l, --field-selector and --where choose; each answer is of one moment. ' +
    'Secrets are never exported, not even their names. Files are for this user alone (mode 0600), and whole or not there.\n\n' +
    'ndjson: an object on each line, as it is stored, without managedFields; of several contexts, or --all-contexts, {"context":…,"object":…}. To stdout, or a file.\n\n' +
    'yaml: CONTEXT/NAMESPACE/TYPE/NAME.yaml below the folder of --to (_cluster for what is in no namespace), fit for git: without status, uid, resourceVersion and what else the server writes into metadata; ' +
    'and unless types are named, without events, endpoints and leases, and what controllers made. --whole has all that. Files that are the same are not written again, those of objects that are gone are removed; ' +
    '.navi-export in CONTEXT lists what navi wrote: nothing else is changed or removed, and a folder answers one question. In names what not every file system takes is %xx.\n\n' +
    'csv: the columns of navi get -o wide, with times in place of ages; a file for each type (CONTEXT/TYPE.csv) where --to is a folder. A text that a spreadsheet would run as a formula has an apostrophe before it.\n\n' +
    'sqlite: the views of navi sql as tables, for any SQLite program; of several contexts a file each, in the folder of --to.';

  static override usage = ['export [TYPE[,TYPE…]] [-o FORMAT] [--to PATH]'];

  static override examples = [
    '<%= config.bin %> export > cluster.ndjson',
    '<%= config.bin %> export -o yaml --to cluster',
    '<%= config.bin %> export pods -n shop,web -o csv --to pods.csv',
    `<%= config.bin %> export pods --where 'cols.RESTARTS > 5' | wc -l`,
    '<%= config.bin %> export --all-contexts -o sqlite --to clusters',
  ];

  static override args = { types: argument({ description: 'TYPE[,TYPE…] as for navi get; without it all types' }) };

  static override flags = {
    ...contextFlags,
    ...placeFlags,
    'all-namespaces': Flags.boolean({ char: 'A', description: 'every namespace, which is the default' }),
    namespace: Flags.string({
      char: 'n',
      description: 'only what is in these namespaces, with commas between them',
      helpValue: 'NAMESPACE,…',
    }),
    'field-selector': Flags.string({ description: 'as for navi get', helpValue: 'SELECTOR' }),
    output: Flags.option({
      char: 'o',
      description: 'ndjson, yaml, csv or sqlite',
      options: exportFormats,
      default: 'ndjson' as const,
    })(),
    selector: Flags.string({ char: 'l', description: 'labels, as for navi get', helpValue: 'SELECTOR' }),
    to: Flags.string({ description: 'file or folder to write', helpValue: 'PATH' }),
    where: Flags.string({ description: 'expression in CEL, as for navi get', helpValue: 'EXPRESSION' }),
    whole: Flags.boolean({ description: 'yaml: whole objects, and all of them' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ExportCommand);
    const request = exportRequest(args.types, flags, placeChoice(flags));
    const run = await contextsRun(
      { ...flags, color: 'never' },
      { write: (text) => this.write(text), notice: (text) => this.notice(text) },
    );
    // By what is typed, so that a script need not know how many contexts there are.
    const hasContexts = flags['all-contexts'] || run.contexts.length > 1;
    process.exitCode = await runExport({ ...run, request, hasContexts });
  }
}
