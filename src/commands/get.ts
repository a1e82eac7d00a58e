import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { getFlags, type FlagGroup } from '../cli/get/flag-table.ts';
import { getRequest } from '../cli/get/get-request.ts';
import { getTargets } from '../cli/get/get-target.ts';
import { helpFlags } from '../cli/get/help-flags.ts';
import { commandLine, readGetFlags } from '../cli/get/parse-flags.ts';
import { runGet } from '../cli/get/run-get.ts';
import { ownVariables } from '../cel/own-variables.ts';

function flagsOf(group: FlagGroup): string {
  return getFlags
    .filter((flag) => flag.group === group)
    .map(({ name }) => `--${name}`)
    .join(', ');
}

/** `kubectl get`, answered from the mirror. */
export class GetCommand extends BaseCommand {
  static override summary = 'Print objects from the mirror, as kubectl get prints them.';

  static override description =
    'Answers from the local store without asking the cluster. A notice on stderr says how old the data is when that matters. ' +
    'With -w each change follows as the daemon writes it, also across a restart of that.\n\n' +
    '--where, --order-by and --group-by take expressions in CEL, the language of Kubernetes’ own policies, with its functions (quantity, ip, cidr, url, find …), over the fields of the ' +
    `object and over ${Object.entries(ownVariables)
      .map(([name, what]) => `${name} (${what})`)
      .join(', ')}. An object that lacks a field does not match. ` +
    'With -w an object that comes to match is ADDED, and one that no longer does DELETED with its last state that matched. Each is judged when it ' +
    'changes: none comes or goes by its age alone.\n\n' +
    '@NAME stands for the arguments that navi filter save has under that name; what is typed besides wins over them, and of two --where both must hold.\n\n' +
    'What a mirror cannot know goes through the running daemon, or is refused with the kubectl command to use: --raw, --subresource, --as, ' +
    'another version than the mirrored one (TYPE.VERSION.GROUP), and types that are measured rather than stored (componentstatuses, metrics). ' +
    `Refused: files at URLs (-f http://…), ${flagsOf('kubectl only')}. Values of Secrets are not mirrored. ` +
    `Taken without effect: ${flagsOf('accepted')}.`;

  static override usage = [
    'get TYPE[,TYPE…] [NAME…] [-o FORMAT] [-n NAMESPACE | -A] [-l SELECTOR]',
    'get TYPE/NAME… [-o FORMAT]',
    'get -f FILE [-R] | -k FOLDER [-o FORMAT]',
    'get TYPE [NAME] -w [--where EXPRESSION]',
    'get @NAME [ARGUMENT…]',
  ];

  static override examples = [
    '<%= config.bin %> get pods -A',
    '<%= config.bin %> get deployments,services -n shop -l app=web -o wide',
    '<%= config.bin %> get pod/web-0 -o yaml',
    '<%= config.bin %> get pods --sort-by=.metadata.creationTimestamp',
    '<%= config.bin %> get nodes -o json --max-age 30s',
    "<%= config.bin %> get pods --where 'cols.RESTARTS > 5' --order-by 'AGE desc'",
    `<%= config.bin %> get pods -A --where 'metadata.name.contains("web")'`,
    '<%= config.bin %> get pods -A --group-by STATUS',
    '<%= config.bin %> get pods -n shop,web --all-contexts',
    `<%= config.bin %> get pods -A --watch --where 'cols.STATUS != "Running"'`,
    '<%= config.bin %> get @restarting -n shop -o wide',
  ];

  static override strict = false;

  static override args = {
    resource: Args.string({ description: 'TYPE[,TYPE…] [NAME…] or TYPE/NAME…', name: 'RESOURCE' }),
  };

  // For the help alone: `readGetFlags` reads them as kubectl does.
  static override flags = helpFlags(getFlags);

  override async run(): Promise<void> {
    this.parsed = true;
    const typed = readGetFlags(this.argv);
    const hasFilter = typed.args[0]?.startsWith('@') === true || typed.values.has('filters');
    // Only who names a filter opens what holds them.
    const filtered = hasFilter ? await (await import('../cli/get/apply-filter.ts')).applyFilter(typed) : undefined;
    const line = filtered?.line ?? commandLine(typed);
    const notice = (text: string): void => this.notice(text);
    const { targets, faults, isSeveral } = await getTargets(line, filtered?.words ?? this.argv, notice);
    const [target] = targets;
    if (isSeveral || target === undefined) {
      const { runContexts } = await import('../cli/get/run-contexts.ts');
      process.exitCode = await runContexts(getRequest(line), {
        targets,
        faults,
        isRaw: line.text('raw') !== '',
        notice,
      });
      return;
    }
    if (line.text('raw') !== '') {
      process.exitCode = await (await import('../cli/get/run-raw.ts')).runRaw(line, target);
      return;
    }
    const request = getRequest(line);
    const run = request.watch.isOn ? (await import('../cli/get/run-watch.ts')).runWatch : runGet;
    process.exitCode = await run(request, target);
  }
}
