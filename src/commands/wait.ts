import { argument } from '../cli/argument.ts';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { chosenContexts } from '../cli/chosen-contexts.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { warner } from '../cli/get/get-target.ts';
import { lookForDaemon } from '../cli/look-for-daemon.ts';
import { noticeAfterMs } from '../cli/notice-after.ts';
import { runWait } from '../cli/wait/run-wait.ts';
import { parseTimeout } from '../cli/wait/wait-request.ts';
import { NaviError } from '../errors/navi-error.ts';
import { parseConditions } from '../query/wait/parse-conditions.ts';

/** `kubectl wait`, answered from the mirror and woken by the daemon. */
export class WaitCommand extends BaseCommand {
  static override summary = 'Wait until objects meet a condition, as kubectl wait does.';

  static override description =
    'Woken by the running daemon at each change, so that waiting asks nothing of the cluster. What is stored counts only once the daemon has proven it with the cluster after the command began, by one small request. ' +
    'Says what kubectl says, and exits as it does: 1 where the time is over or an object does not exist; but 5 where no daemon runs, and 6 where the cluster proves nothing.';

  static override usage = [
    'wait TYPE/NAME… --for CONDITION… [--timeout DURATION]',
    'wait TYPE NAME… | TYPE -l SELECTOR | TYPE --all --for CONDITION…',
  ];

  static override examples = [
    '<%= config.bin %> wait deployment/web --for=condition=Available',
    "<%= config.bin %> wait pod/web-0 --for=jsonpath='{.status.phase}'=Running",
    '<%= config.bin %> wait pods -l app=web --for=condition=Ready --timeout=2m',
    '<%= config.bin %> wait pod/web-0 --for=delete --timeout=60s',
    '<%= config.bin %> wait job/migrate --for=create --for=condition=Complete',
  ];

  static override strict = false;

  static override args = { resource: argument({ description: 'TYPE[,TYPE…] [NAME…] or TYPE/NAME…' }) };

  static override flags = {
    context: contextFlags.context,
    kubeconfig: contextFlags.kubeconfig,
    all: Flags.boolean({ description: 'every object of the type in the namespace' }),
    'all-namespaces': Flags.boolean({ char: 'A', description: 'objects of all namespaces' }),
    'field-selector': Flags.string({ description: 'objects with these fields', helpValue: 'SELECTOR', default: '' }),
    for: Flags.string({
      description:
        'create, delete, condition=NAME[=VALUE] (VALUE is true unless given) or jsonpath=PATH[=VALUE]; repeatable, then one after the other',
      helpValue: 'CONDITION',
      multiple: true,
      multipleNonGreedy: true,
    }),
    namespace: Flags.string({
      char: 'n',
      description: 'namespace in place of the context’s',
      helpValue: 'NAMESPACE',
      default: '',
    }),
    output: Flags.string({
      char: 'o',
      description: 'how an object is printed that meets a condition: json, yaml, name …, as for get',
      helpValue: 'FORMAT',
      default: '',
    }),
    selector: Flags.string({ char: 'l', description: 'objects with these labels', helpValue: 'SELECTOR', default: '' }),
    timeout: Flags.string({
      description: 'how long for all objects together; 0 looks once, a negative one is a week',
      helpValue: 'DURATION',
      default: '30s',
    }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(WaitCommand);
    const conditions = parseConditions(flags.for ?? []);
    const timeoutMs = parseTimeout(flags.timeout);
    const { kubeconfig, contexts } = await chosenContexts(flags);
    const [context, ...others] = contexts;
    if (context === undefined || others.length > 0) {
      throw new NaviError('NAVI_USAGE', 'navi wait waits in one context at a time', {
        hints: ['navi wait … --context NAME'],
      });
    }
    await lookForDaemon({ contexts, kubeconfig, notice: (text) => this.notice(text) });
    const request = {
      args: argv.map(String),
      namespace: flags.namespace,
      allNamespaces: flags['all-namespaces'],
      selector: flags.selector,
      fieldSelector: flags['field-selector'],
      isAll: flags.all,
      conditions,
      timeoutMs,
      format: flags.output,
      argv: this.argv,
    };
    process.exitCode = await runWait(request, {
      context,
      choice: { contexts: [context.name], kubeconfig },
      noticeAfterMs: await noticeAfterMs(process.env),
      notice: (text) => this.notice(text),
      warn: warner(),
    });
  }
}
