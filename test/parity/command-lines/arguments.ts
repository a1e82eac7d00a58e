import { commandLines } from '../command-line.ts';

/** What stands behind `get`: types, names, and both together. */
export const argumentLines = commandLines(
  'arguments',
  String.raw`
! pod web-0 -n foo
pod web-0 web-1 db-0 -n foo
! pod web-0 nope db-0 -n foo
pod nope -n foo
pod nope -n default
! pod nope -n missing
pod nope nope2 -n missing
pod nope --ignore-not-found
pod nope web-0 --ignore-not-found -n foo
pod web-0 web-0 -n foo
! pod/web-0 -n foo
pod/web-0 pod/db-0 -n foo
pod/web-0 pod/nope pod/db-0 -n foo
! pod/web-0 svc/web pod/db-0 -n foo
pods/web-0 po/db-0 pod/crash -n foo
pod/web-0 pods/web-0 -n foo
deploy/web rs/web-5d sts/db -n foo
deploy.apps/web deployments.v1.apps/web -n foo
pod/web-0 deploy/nope svc/web -n foo
! pods,deploy web -n foo
pods,deploy web api -n foo
pods,deploy,svc web -n foo -o name
pods,deploy web nope -n foo
pods,deploy web nope -n foo -o json
pods,pods -n foo
pods,pod,po -n foo
pods,po web-0 -n foo
deploy,deployments.apps -n foo
events,events.events.k8s.io -n foo
pods,nope -n foo
nope,pods -n foo
! nope
nope nope
nope/x
foo.v1.bar
foo.bar
FOO
pods web,db-0 -n foo
pods 'web-0,' -n foo
! pods/ -n foo
/web-0
pods/a/b
pods//b
/
//
pods, -n foo
,pods -n foo
pods,,svc -n foo
,
''
pods ''
pods '' x
pods ' '
' pods'
'pods '
'pods, svc' -n foo
! pod web-0 pod/db-0 -n foo
pod/web-0 db-0 -n foo
pod/web-0 pod -n foo
a,b/x
pods,svc/x
pods/web-0,svc/web -n foo
! all web -n foo
all/web -n foo
all/web pod/web-0 -n foo
all,pods web -n foo
managed bucket-0
cloud,managed bucket-0
security certificate-0
! pod web-0 -A
pod/web-0 -A
pods,svc web -A
node node-bare -A
node/node-bare -A
! ns foo -A
ns/foo ns/foo-bar -A
ns foo nope -A
node node-bare pod -A
nodes node-bare node-1 node-2
nodes node-bare node-2
! no/node-bare ns/foo
ns/foo node/node-bare cm/settings -n foo
ns foo -n missing
ns/foo -n empty
crd certificates.certs.example.com -n missing
crd/certificates.certs.example.com crd/nope
clusterrole view -o name
clusterrole/view clusterrole/nope
cert certificate-0 nope certificate-2
cert/certificate-0 ma/machine-1
bucket bucket-0 bucket-1 bucket-2
StrangeKind/strangekind-0
barething strangekind-0 strangekind-1
! cm settings -n foo -- 
-- cm settings
cm -- settings -n foo
-n foo -- pod web-0
-n foo pod web-0
-nfoo pods
-n=foo pods
--namespace foo pods
--namespace=foo pods
-n '' pods
-n foo -n foo-bar pods
-n 'a b' pods
-n foo/bar pods
-n .. pods
-n . pods
-n 'foo%' pods
-n FOO pods
pods -n "日本"
-A -n foo pods -l app=solo
pods -A=false -n foo
--all-namespaces=true pods -l app=solo
--all-namespaces pods -l app=solo
-Aowide pods -l app=solo
-Ao wide pods -l app=solo
-Ano wide pods
pods -An foo -l app=solo
pods web-0 --all-namespaces=false -n foo
pod "web-0'" -n foo
pod 'we"b' -n foo
pod 'web\0' -n foo
pod 'web%2f0' -n foo
pod 'web?x=y' -n foo
pod '..' -n foo
pod '.' -n foo
pod 'web 0' -n foo
pod WEB-0 -n foo
pod 日本 -n foo
cm '*' -n foo
pod web.a -n foo
pod a.b a-1 a0 -n foo-bar
pods -n foo-bar
pods,cm -n foo-bar
get pods
pods get
help
pods help
componentstatuses nope
endpoints nope
endpoints sample-3 -n samples
ep/sample-3 ep/nope -n samples
events.events.k8s.io nope -n foo
event crash.1 -n foo
event crash.1 nope -n foo -o name
secrets nope -n foo
hpa web -n foo -o yaml
hpa.v1.autoscaling web -n foo
hpa.v1.autoscaling -n foo
! hpa.v1.autoscaling web -n foo -o yaml
hpa.v1.autoscaling -n foo -o name
horizontalpodautoscalers.v1.autoscaling/web -n foo
horizontalpodautoscalers.v1.autoscaling,hpa -n foo
syncs.v1beta2.delivery.example.com sync-0
! syncs.v1beta2.delivery.example.com sync-0 -o yaml
syncs.v1beta1.delivery.example.com/sync-0 syncs.v1beta2.delivery.example.com/sync-0
syncs,syncs.v1beta2.delivery.example.com
virtualroutes.v1beta1.mesh.example.com -o yaml
machines.v1beta1.fleet.example.com -o wide
machines.v1beta1.fleet.example.com machine-0 nope
machines.v1beta1.fleet.example.com --field-selector metadata.name=machine-1
machines.v1beta1.fleet.example.com -l app=first -o name
leasecandidates -A
leasecandidates.v1alpha2.coordination.k8s.io -A
validatingadmissionpolicies.v1beta1.admissionregistration.k8s.io
ipaddresses.v1beta1.networking.k8s.io
`,
);
