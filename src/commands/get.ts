import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { chosenContexts } from '../cli/context-flags.ts';
import { plainBooleans } from '../cli/get/boolean-values.ts';
import { parseDuration, parseOutputFormat } from '../cli/get/get-request.ts';
import { runGet } from '../cli/get/run-get.ts';

/** `kubectl get`, answered from the mirror. */
export class GetCommand extends BaseCommand {
  static override summary = 'Print objects from the mirror, as kubectl get prints them.';

  static override description =
    'Answers from the local store without asking the cluster. A notice on stderr says how old the data is when that matters.';

  static override examples = [
    '<%= config.bin %> get pods -A',
    '<%= config.bin %> get deployments,services -n shop -l app=web -o wide',
    '<%= config.bin %> get pod/web-0 -o yaml',
    '<%= config.bin %> get nodes -o json --max-age 30s',
  ];

  static override strict = false;

  static override args = {
    resource: Args.string({ description: 'TYPE[,TYPE…] [NAME…] or TYPE/NAME…', name: 'RESOURCE' }),
  };

  static override flags = {
    namespace: Flags.string({ char: 'n', description: 'namespace in place of the context’s', helpValue: 'NAMESPACE' }),
    'all-namespaces': Flags.boolean({ char: 'A', description: 'objects of all namespaces' }),
    selector: Flags.string({ char: 'l', description: 'label selector', helpValue: 'SELECTOR', default: '' }),
    'field-selector': Flags.string({ description: 'field selector', helpValue: 'SELECTOR', default: '' }),
    output: Flags.string({
      char: 'o',
      description: 'wide, json, yaml, name or jsonpath=TEMPLATE',
      helpValue: 'FORMAT',
    }),
    'no-headers': Flags.boolean({ description: 'no header lines' }),
    'show-labels': Flags.boolean({ description: 'a last column with all labels' }),
    'show-kind': Flags.boolean({ description: 'names with their kind in front' }),
    'label-columns': Flags.string({
      char: 'L',
      description: 'labels to show as columns',
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'KEY',
    }),
    'ignore-not-found': Flags.boolean({ description: 'no error for objects that do not exist' }),
    context: Flags.string({ description: 'context of the kubeconfig', helpValue: 'NAME' }),
    kubeconfig: Flags.string({
      description: 'kubeconfig file in place of KUBECONFIG or ~/.kube/config',
      helpValue: 'FILE',
    }),
    'max-age': Flags.string({
      description: 'refuse data older than this; a running daemon is asked to confirm it first',
      helpValue: 'DURATION',
    }),
  };

  override async run(): Promise<void> {
    const booleans = Object.entries(GetCommand.flags).flatMap(([name, flag]) =>
      flag.type === 'boolean' ? [name] : [],
    );
    const { flags, argv } = await this.parse(GetCommand, plainBooleans(this.argv, new Set(booleans)));
    const format = parseOutputFormat(flags.output);
    const chosen = chosenContexts({
      kubeconfig: flags.kubeconfig,
      context: flags.context === undefined ? [] : [flags.context],
    });
    const [context] = chosen.contexts;
    if (context === undefined) return;
    process.exitCode = await runGet(
      {
        args: argv.map(String),
        // An empty namespace is the context's own (kubectl 1.36).
        namespace: flags.namespace === '' ? undefined : flags.namespace,
        allNamespaces: flags['all-namespaces'],
        selector: flags.selector,
        fieldSelector: flags['field-selector'],
        format,
        noHeaders: flags['no-headers'],
        showLabels: flags['show-labels'],
        showKind: flags['show-kind'],
        labelColumns: flags['label-columns'] ?? [],
        ignoreNotFound: flags['ignore-not-found'],
        maxAgeMs: flags['max-age'] === undefined ? undefined : parseDuration(flags['max-age'], '--max-age'),
      },
      { context, kubeconfig: chosen.kubeconfig, notice: (text) => this.notice(text) },
    );
  }
}
