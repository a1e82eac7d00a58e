import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { contextFlags } from '../../cli/context-flags.ts';
import { chosenContexts } from '../../cli/chosen-contexts.ts';
import { installService, serviceText } from '../../cli/service/install-service.ts';

/** Installs the daemon as a service and starts it. */
export class ServiceInstallCommand extends BaseCommand {
  static override summary = 'Install the daemon as a service, and start it.';

  static override description =
    'For the contexts that are named, else the current one. What stands in the environment now, such as NAVI_DATA_DIR, KUBECONFIG and proxies, is what the service has. Again it takes the place of what is installed. A daemon that runs already has to be stopped before.';

  static override examples = [
    '<%= config.bin %> service install --all-contexts',
    '<%= config.bin %> service install --context prod --context staging',
    '<%= config.bin %> service install --print',
  ];

  static override flags = {
    ...contextFlags,
    print: Flags.boolean({ description: 'print the unit or agent, and install nothing' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ServiceInstallCommand);
    const { contexts, kubeconfig } = await chosenContexts(flags);
    const args =
      flags['all-contexts'] === true ? ['--all-contexts'] : contexts.flatMap(({ name }) => ['--context', name]);
    if (flags.print) this.write(serviceText(process.env, { kubeconfig, args }));
    else for (const line of installService(process.env, { kubeconfig, args })) this.notice(line);
  }
}
