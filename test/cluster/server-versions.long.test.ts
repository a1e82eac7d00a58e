import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing, kubernetesVersion, serverVersions } from '../support/cluster-programs.ts';
import { type RealCluster, startRealCluster } from '../support/real-cluster.ts';

/** The header, then one line per row, without the padding. */
function tableLines(stdout: string): readonly string[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd().replaceAll(/ {2,}/g, '|'));
}

for (const version of serverVersions) {
  const missing = clusterProgramsMissing('api', version);
  const reason = missing === undefined ? '' : `: ${missing}`;

  describe.skipIf(missing !== undefined)(`real cluster of kube-apiserver ${version}${reason}`, () => {
    let cluster: RealCluster;
    beforeAll(async () => {
      cluster = await startRealCluster({ serverVersion: version, audit: true });
    });
    afterAll(() => cluster.stop());

    test('the server tells the version that its go.mod names', async () => {
      const { text } = await cluster.request('/version');
      const [major, minor] = version.split('.');
      expect(JSON.parse(text)).toMatchObject({ gitVersion: kubernetesVersion(version), major, minor });
    });

    test('kubectl writes and reads objects and gets the tables of that server', async () => {
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'builder' }, secrets: [{}, {}] };
      const created = await cluster.kubectl(['create', '--filename=-'], { stdin: JSON.stringify(account) });
      expect(created).toMatchObject({ code: 0, stdout: 'serviceaccount/builder created\n' });
      const { stdout, code } = await cluster.kubectl(['get', 'serviceaccounts', 'builder']);
      expect(code).toBe(0);
      const [header, row] = tableLines(stdout);
      // Servers before 1.35 count the secrets of a service account.
      const isCounting = Number(version.split('.')[1]) < 35;
      expect(header).toBe(isCounting ? 'NAME|SECRETS|AGE' : 'NAME|AGE');
      expect(row).toMatch(isCounting ? /^builder\|2\|\d+s$/ : /^builder\|\d+s$/);
    });

    test('a restarted server has its users, its roles and its objects', async () => {
      await cluster.stopApiServer();
      await cluster.startApiServer();
      const kubeconfig = cluster.kubeconfigFor({ name: 'limited' });
      expect(await cluster.kubectl(['get', 'pods'], { kubeconfig })).toMatchObject({ code: 0, stdout: '' });
      const refused = await cluster.kubectl(['get', 'secrets'], { kubeconfig });
      expect(refused.stderr).toContain('secrets is forbidden: User "limited" cannot list resource "secrets"');
      const events = await cluster.auditEvents();
      expect(events.map(({ responseStatus }) => responseStatus?.code)).toContain(403);
    });
  });
}
