import { commandLines } from '../command-line.ts';

/** Command lines that are wrong in more than one way, or in a way of their own. */
export const errorLines = commandLines(
  'errors',
  String.raw`
! -n foo
-A
-o json
--no-headers
-l app=web
--all-namespaces -o name
! pods nope svc -n foo
pods,nope/x -n foo
nope -o nope
nope --sort-by=.x
pods/nope -A -l app=web
pods nope -A -l app=web
pods,svc/nope -A
pods web-0 --show-labels -o json -A
pods -l 'app in (' --field-selector nope
pods -l 'app in (' --field-selector nope -o yaml
nope -l 'app in ('
pod nope cm/settings -n foo
pods nope -n foo -o jsonpath='{.items['
pods -n foo -o jsonpath='{.items[' --show-labels
nope -o jsonpath='{.items['
pods,cm,secrets,nope -n foo
pods nope1 nope2 nope3 -n foo
! pods nope1 web-0 nope2 -n foo -o wide
pod/nope deploy/nope cert/nope -n foo
pod/nope nope/nope deploy/nope -n foo
ns nope
ns/nope
node nope
crd nope
cm nope -n foo -o json
cm nope1 nope2 -n foo -o name
cm nope -n foo --ignore-not-found
cm nope -n missing --ignore-not-found
! cm nope settings -n foo --ignore-not-found -o name
bindings x -n foo
bindings,pods -n foo
tokenreviews,pods -n foo
pods,tokenreviews -n foo -o json
localsubjectaccessreviews -n foo
pods/log -n foo
pods/status -n foo
pods.metrics.k8s.io
pods.v1beta1.metrics.k8s.io
deploy -n foo --no-such-flag pods
pods.apps -n foo
pods.foo -n foo
deployments. -n foo
deployments.v1. -n foo
deployments.v1 -n foo
certificates.nope.example.com
certificates.v1.nope.example.com
certificates.v9.certs.example.com
cert.certs.example.com
cert.certs
cert.cert
Certificate.certs.example.com
certificates.k8s.io
x.y.z.w
. 
.pods
..
pods.. -n foo
`,
);
