import { commandLines } from '../command-line.ts';

/** Users who may not see everything, and impersonation. */
export const permissionLines = commandLines(
  'permissions',
  String.raw`
! pods --context nobody
pods -A --context nobody
pod web-0 -n foo --context nobody
pods,svc --context nobody
pods,nodes --context nobody -o json
! nodes --context nobody
all --context nobody
cert --context nobody
crd --context nobody
nope --context nobody
tokenreviews --context nobody
events --context nobody
events.events.k8s.io --context nobody
hpa.v1.autoscaling --context nobody
pods --context nobody --ignore-not-found
pods --context nobody -o name
pods --context nobody -o yaml
pods --context nobody -o custom-columns=A:.metadata.name
pods -l 'app=a=b' --context nobody
pods --sort-by=.metadata.name --context nobody
! pods -n foo --context viewer
pods -A --context viewer -o name
secrets -n foo --context viewer
secret token -n foo --context viewer
! secrets,pods -n foo --context viewer
pods,secrets -n foo --context viewer
nodes --context viewer
node node-bare --context viewer
cm settings -n foo --context viewer -o yaml
all -n foo --context viewer
cert --context viewer
crd --context viewer
clusterroles --context viewer
roles -n foo --context viewer
ns --context viewer
ns foo nope --context viewer
pods nope -n missing --context viewer
! pods --context limited
pods -n default --context limited
pods -n foo --context limited
pods -A --context limited
pod pod-1 --context limited
pod nope --context limited
pod nope -n foo --context limited
pod pod-1 --context limited -o yaml
pods -l app=web --context limited
pods --field-selector status.phase=Running --context limited
cm --context limited
pods,cm --context limited
pod/pod-1 cm/x --context limited
pods --context limited -o json
pods --context limited --sort-by=.metadata.name
! pods -n foo --context foo-reader
pods -n foo-bar --context foo-reader
pods -A --context foo-reader
cm settings -n foo --context foo-reader
svc web -n foo --context foo-reader
svc -n foo --context foo-reader
svc nope -n foo --context foo-reader
secrets -n foo --context foo-reader
pods,cm,svc -n foo --context foo-reader
events -n foo --context foo-reader
deploy -n foo --context foo-reader
ns foo --context foo-reader
pod nope -n foo --context foo-reader
! pods -A --context pods-reader
pods -n foo --context pods-reader
pods,cm -n foo --context pods-reader
pod nope -n missing --context pods-reader
pod nope -n foo --context pods-reader
cm nope -n missing --context pods-reader
! pods -n foo --as viewer
pods -n foo --as nobody
pods -n foo --as=limited
pods --as=limited
pods -n foo --as nobody --as-group system:masters
pods -n foo --as-group system:masters
pods -n foo --as nobody --as-uid 5
pods -n foo --as-uid 5
pods -n foo --as nobody --as-user-extra a=b
pods -n foo --as nobody --as-user-extra a
secrets -n foo --as viewer
cm settings -n foo --as viewer -o yaml
pods -n foo --as viewer --context nobody
pods -n foo --as system:serviceaccount:foo:default
nope --as nobody
pods nope -n foo --as viewer
pods -n foo --as viewer -o wide --show-labels
pods,svc -n foo --as viewer
pods -n foo --as viewer --sort-by=.spec.priority
pods -n foo --as ''
! pods -n foo --user viewer
pods -n foo --user nobody
pods -n foo --user nope
pods -n foo --user stranger
pods -n foo --token token-of-viewer
pods -n foo --token token-of-nobody
pods -n foo --token nope
pods -n foo --username a --password b
pods -n foo --username a
pods -n foo --client-certificate /nope
pods -n foo --client-key /nope
`,
);

/** Where the cluster is and who asks. */
export const kubeconfigLines = commandLines(
  'kubeconfig',
  String.raw`
! pods --context in-foo
pods --context=in-foo -o wide
pods --context in-foo -n one
pods --context in-foo -A -l app=solo
! pods --context in-empty
pods --context in-empty --no-headers
pods,nodes --context in-empty
pods --context in-missing
pod nope --context in-missing
! pods --context nope
pods --context ''
pods --context no-such-user
pods --context no-such-cluster
! pods --cluster nope
pods --cluster test -n foo
pods --cluster '' -n foo
pods --user '' -n foo
pods --user admin -n foo
pods --context in-foo --user viewer
pods --context in-foo --cluster test --user admin
pods --context nope --user nope --cluster nope
! pods --kubeconfig /nope
pods --kubeconfig nope.yaml
pods --kubeconfig other/unreadable-kubeconfig.yaml
pods -n foo --kubeconfig kubeconfig
pods -n foo --kubeconfig=./kubeconfig
pods -n foo --kubeconfig viewer.kubeconfig
secrets -n foo --kubeconfig viewer.kubeconfig
pods --kubeconfig manifests
pods --kubeconfig kubeconfig --context in-foo
pods --kubeconfig kubeconfig --context nope
pods --kubeconfig '' -n foo
nope --context nope
--context nope
pods -o foo --context nope
pods --bogus --context nope
pods --context admin --context in-foo
pods -n foo --server https://127.0.0.1:1 --context nope
pods -n foo --tls-server-name x --context nope
pods -n foo --certificate-authority /nope
pods -n foo --insecure-skip-tls-verify --certificate-authority /nope
`,
);
