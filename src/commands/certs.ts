import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { parseDuration } from '../cli/duration.ts';
import { certificateListing } from '../cli/listing/certificate-listing.ts';
import { listingFlags, listingRun } from '../cli/listing/listing-flags.ts';
import { placeChoice, placeFlags } from '../cli/listing/place-flags.ts';
import { runListing } from '../cli/listing/run-listing.ts';

/** Certificates that the cluster and the kubeconfig show. */
export class CertsCommand extends BaseCommand {
  static override summary = 'List the certificates that a cluster shows, those that expire first at the top.';

  static override description =
    'Those of cert-manager, of signing requests, webhooks, API services, conversions and config maps, and the kubeconfig’s own; of all namespaces unless -n names some. Those of TLS Secrets only where certificates = true of the settings has the daemon read them: then their public part alone is kept.';

  static override examples = [
    '<%= config.bin %> certs',
    '<%= config.bin %> certs --within 720h',
    '<%= config.bin %> certs -n shop -o json',
    '<%= config.bin %> certs --all-contexts',
  ];

  static override flags = {
    ...listingFlags,
    namespace: placeFlags.namespace,
    within: Flags.string({ description: 'only those that expire within this time, or have', helpValue: 'DURATION' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(CertsCommand);
    const run = await listingRun(flags, { write: (text) => this.write(text), notice: (text) => this.notice(text) });
    const { names } = placeChoice({ 'all-namespaces': false, namespace: flags.namespace });
    const choice = {
      kubeconfig: run.wholeKubeconfig,
      place: names.length === 0 ? undefined : names,
      withinMs: flags.within === undefined ? undefined : parseDuration(flags.within, '--within'),
    };
    process.exitCode = await runListing(certificateListing(choice), run);
  }
}
