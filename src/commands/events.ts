import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { contextsRun } from '../cli/contexts-run.ts';
import { parseDuration } from '../cli/duration.ts';
import { askedObject, askedTypes } from '../cli/events/events-request.ts';
import { runEvents, type EventsRun } from '../cli/events/run-events.ts';
import { listingFlags } from '../cli/listing/listing-flags.ts';
import { oneNamespace } from '../cli/listing/place-flags.ts';

/** What `kubectl events` shows, and what the server has deleted since. */
export class EventsCommand extends BaseCommand {
  static override summary = 'List events, also those that the server has deleted after its hour.';

  static override description =
    'What kubectl events shows, from the store, and up to seven days back: API servers delete events after an hour, the mirror keeps those that it has seen, and with --since or --for its history those that it has forgotten. ' +
    'Events that say the same of the same object are one line with their times and the sum of their counts; the last ones come last. The object of --for need not exist any more.';

  static override examples = [
    '<%= config.bin %> events',
    '<%= config.bin %> events -A --types Warning --since 30m',
    '<%= config.bin %> events --for deployment/web -n shop',
    '<%= config.bin %> events --all-contexts -A --types Warning -o json',
    '<%= config.bin %> events -A --watch',
  ];

  static override flags = {
    ...listingFlags,
    all: Flags.boolean({ char: 'a', description: 'each event on a line of its own' }),
    'all-namespaces': Flags.boolean({ char: 'A', description: 'events of all namespaces' }),
    for: Flags.string({ description: 'only events about this object', helpValue: 'TYPE/NAME' }),
    namespace: Flags.string({ char: 'n', description: 'namespace in place of the context’s', helpValue: 'NAMESPACE' }),
    'no-headers': Flags.boolean({ description: 'no line with the names of the columns' }),
    since: Flags.string({ description: 'only what happened within the last 30m, 5h …', helpValue: 'DURATION' }),
    types: Flags.string({
      description: 'only Normal or Warning events; repeatable, or with commas',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'TYPE',
    }),
    watch: Flags.boolean({
      char: 'w',
      description: 'then each new or changed event, until interrupted',
      exclusive: ['output'],
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(EventsCommand);
    const request = {
      namespace: oneNamespace(flags.namespace),
      isAllNamespaces: flags['all-namespaces'],
      types: askedTypes(flags.types ?? []),
      about: askedObject(flags.for),
      withinMs: flags.since === undefined ? undefined : parseDuration(flags.since, '--since'),
    };
    const asked = await contextsRun(flags, {
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
    const run: EventsRun = {
      ...request,
      ...asked,
      isAll: flags.all,
      hasHeaders: !flags['no-headers'],
      output: flags.output,
    };
    if (!flags.watch) {
      process.exitCode = await runEvents(run);
      return;
    }
    const { watchEvents } = await import('../cli/events/watch-events.ts');
    await watchEvents(run, { contexts: asked.contexts.map(({ name }) => name), kubeconfig: asked.kubeconfig });
  }
}
