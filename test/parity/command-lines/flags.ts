import { commandLines } from '../command-line.ts';

/** How flags are written, read and refused. */
export const flagLines = commandLines(
  'flags',
  String.raw`
! pods -n foo --bogus
! pods -z
pods -zA
pods -Az
pods --bogus=1
pods ---x
pods -
- pods
pods --
pods --=x
pods -o
! pods --output
pods -n
pods --namespace
pods -l
pods --selector
pods --field-selector
pods -L
pods --sort-by
pods --template
pods --context
pods --raw
pods --chunk-size
pods --subresource
pods -f
pods --show-labels=maybe
! pods --show-labels=
pods --no-headers=yes
pods --all-namespaces=2
pods -A=maybe
pods -A=
pods -w=maybe
pods -nfoo -Ltier,app
! pods -n foo --no-headers false
pods -n foo --show-labels true
pods -n foo --show-labels=T
pods -n foo --show-labels=1
pods -n foo --show-labels=f
pods -n foo --show-labels=0 --no-headers=TRUE
pods -n foo --show-labels --show-labels=false
! pods -n foo --chunk-size 5
pods -n foo --chunk-size=0
pods -n foo --chunk-size=-1
pods -n foo --chunk-size=x
pods -n foo --chunk-size=1.5
pods -n foo --chunk-size=0x10
pods -n foo --chunk-size=99999999999999999999
pods -n ties --chunk-size=7
pods -n ties --chunk-size=7 -o json
pods -A --chunk-size=3 -o name
pods -n foo --ignore-not-found
pods -n foo --ignore-not-found=false
pods -n foo --ignore-not-found=x
! pods -n foo --server-print=false
pods -n foo --server-print=false -o wide
pods -A --server-print=false
pods,svc -n foo --server-print=false
pod web-0 -n foo --server-print=false
pods -n foo --server-print=true
pods -n foo --server-print=false --show-labels
pods -n foo --server-print=false -L app
pods -n empty --server-print=false
cert --server-print=false
events -n foo --server-print=false
cm -n odd --server-print=false
flowschemas --server-print=false
pods -n foo --server-print=false --no-headers
pods -n foo --server-print=false --sort-by=.metadata.name
pods -n foo --server-print=maybe
pods -n foo --allow-missing-template-keys=false
pods -n foo --allow-missing-template-keys=x
pods -n foo --show-managed-fields=x
pods -n foo --watch-only=x
pods -n foo --output-watch-events
! pods -n foo --output-watch-events=true
pods -n foo --output-watch-events -o json
pods -n foo --watch-only=false
pods -n foo -w=false
pods -n foo --watch=false
! pods,svc -n foo -w
pods,po -n foo -w
all -n foo -w
-w
--watch-only
nope -w
pod nope -n foo -w
! pod nope -n foo -w --ignore-not-found
pod nope nope2 -n foo -w
pod web-0 db-0 -n foo -w
cm/settings cm/web -n foo -w
pod/web-0 svc/web -n foo -w
pods -n foo -w -o foo
pods -n foo -w -o json --show-labels
pods web-0 -n foo -w -l app=web
pods web-0 -A -w
pods -n foo -l 'app=a=b' -w
pods -n foo --field-selector spec.nope=1 -w
tokenreviews -w
pods -n foo --request-timeout=5s
pods -n foo --request-timeout=5
pods -n foo --request-timeout=0
pods -n foo --request-timeout=x
pods -n foo --request-timeout=-1s
pods -n foo -v=0
pods -n foo -v0
pods -n foo --v=0
pods -n foo --v=x
pods -n foo --vmodule=x=0
pods -n foo --vmodule=x
pods -n foo --warnings-as-errors
ep -n samples --warnings-as-errors
ev -n foo --warnings-as-errors
leasecandidates -A --warnings-as-errors
pods -n foo --disable-compression
pods -n foo --disable-compression=x
pods -n foo --match-server-version
pods -n foo --profile=none
pods -n foo --profile=nope
pods -n foo --kuberc=off
pods -n foo --kuberc=/nope
pods -n foo --log-flush-frequency=1s
pods -n foo --log-flush-frequency=x
pods -n foo --cache-dir=cache-of-their-own
pods -n foo --insecure-skip-tls-verify=x
pods -n foo --recursive
pods -n foo -R
pods -R
pods --filename=
pods -n foo --kustomize=
pods -n foo --show_labels
pods -n foo --no_headers
pods -n foo --SHOW-LABELS
pods -n foo --show-label
pods -n foo --all
pods -n foo --export
pods -n foo --dry-run
pods -n foo --include-uninitialized
pods -n foo -a
pods -n foo -W
pods -n foo -v
pods -n foo -s
pods -n foo --server
pods -n foo --as
pods -n foo --user
! pods -n foo --subresource=nope
pods --subresource=status -n foo
pod web-0 --subresource=nope -n foo
! pod web-0 -n foo --subresource=status
pod web-0 -n foo --subresource=status -o yaml
pod web-0 db-0 -n foo --subresource=status
pod nope -n foo --subresource=status
! deploy web -n foo --subresource=scale
deploy web -n foo --subresource=scale -o name
deploy web -n foo --subresource=scale -o yaml
deploy web -n foo --subresource=scale -o json
deploy web -n foo --subresource=scale -o wide
deploy web api -n foo --subresource=scale
deploy/web sts/db -n foo --subresource=scale
deploy,sts web -n foo --subresource=scale
deploy -n foo --subresource=scale
deploy nope -n foo --subresource=scale
pod web-0 -n foo --subresource=scale
svc web -n foo --subresource=scale
mon monitor-0 --subresource=scale
mon monitor-1 --subresource=scale
mon monitor-2 --subresource=scale
mon monitor-0 --subresource=status -o yaml
cert certificate-0 --subresource=status
cert certificate-0 --subresource=scale
cm settings -n foo --subresource=status
pod web-0 -n foo --subresource=resize
pod web-0 -n foo --subresource=ephemeralcontainers
pod web-0 -n foo --subresource=
ns foo --subresource=status
node node-bare --subresource=status -o name
rs web-5d -n foo --subresource=scale -o jsonpath='{.spec.replicas}'
deploy web -n foo --subresource=scale --subresource=status
`,
);

/** Paths of the server, as they are. */
export const rawLines = commandLines(
  'raw',
  String.raw`
! --raw /version
--raw /healthz
--raw=/livez
! --raw /api/v1/namespaces/foo/configmaps/settings
--raw /api/v1/namespaces/foo/configmaps?labelSelector=app%3Dweb
--raw /apis/certs.example.com/v1/certificates
--raw /api
--raw /apis/apps/v1
--raw /api/v1/namespaces/foo/pods/nope
--raw /nope
--raw /api/v1/namespaces/foo/nope
--raw healthz
! --raw healthz -o json
--raw /healthz pods
--raw /healthz -o json
--raw /healthz -l a=b
--raw /healthz -A
--raw /healthz -n foo
--raw /healthz --field-selector x=y
--raw /healthz --show-labels
--raw /healthz -w
--raw /healthz --sort-by=.x
--raw /healthz --no-headers
--raw /healthz -f pod.yaml
--raw /healthz --ignore-not-found
--raw /healthz -L app
--raw /healthz --template=x
--raw ''
--raw 'http://x/healthz'
--raw '/%zz'
--raw '/healthz?verbose=1#x'
--raw /healthz --context limited
--raw /api/v1/pods --context nobody
--raw /api/v1/namespaces/default/secrets --context limited
`,
);
