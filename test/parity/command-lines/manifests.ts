import { commandLines } from '../command-line.ts';

/** Objects named by files, folders, kustomizations and standard input. */
export const manifestLines = commandLines(
  'manifests',
  String.raw`
! -f pod.yaml
-f pod.yaml -o yaml
-f pod.yaml -o json
-f pod.yaml -o name
-f pod.yaml -o wide --show-labels
-f=pod.yaml
--filename pod.yaml
--filename=pod.yaml
-fpod.yaml
-f ./pod.yaml
! -f two.yaml
-f two.yaml -o name
-f two.yaml -o yaml
-f pod.yaml -f deployment.json
-f pod.yaml,deployment.json
! -f mixed.yaml
-f mixed.yaml -o json
-f list.json
-f list.json -o name
-f deployment.json -o wide
-f node.yaml
-f node.yaml -A
-f custom.yaml
-f custom.yaml -o yaml
! -f missing-pod.yaml
-f missing-pod.yaml -o json
-f missing-pod.yaml --ignore-not-found
-f two-missing.yaml
-f two-missing.yaml -o json
-f one-missing.yaml
-f one-missing.yaml -o name
-f one-missing.yaml --ignore-not-found
-f pod.yaml -f missing-pod.yaml
-f pod.yaml -f missing-pod.yaml -o yaml
-f pod-no-namespace.yaml
-f pod-no-namespace.yaml -n foo
-f pod-no-namespace.yaml --context in-foo
-f pod.yaml -n foo
! -f pod.yaml -n foo-bar
-f pod.yaml -n foo-bar -o json
-f other-namespace.yaml --context in-foo
-f pod.yaml -A
-f two.yaml -A
-f two.yaml -A -o wide
-f pod.yaml -l app=web
-f pod.yaml --field-selector metadata.name=web-0
! -f pod.yaml pods
-f pod.yaml pod/web-0
-f pod.yaml nope
! -f nope.yaml
-f /nope
-f ''
-f empty.yaml
-f no-kind.yaml
-f no-version.yaml
-f no-name.yaml
! -f unknown-kind.yaml
-f unknown-kind.yaml -f pod.yaml
-f broken.yaml
-f broken.yaml -f pod.yaml
-f manifests
-f manifests/
! -f manifests -R
-f manifests --recursive
-f manifests -R -o name
-f manifests -R=false
-f no-files
-f no-files -R
-f 'manifests/*.yaml'
-f manifests/notes.txt
-f manifests -f pod.yaml
! -f - < pod.yaml
-f - < two.yaml
-f - < list.json
-f - < empty.yaml
-f - < no-kind.yaml
-f - < broken.yaml
-f - -o yaml < pod.yaml
-f pod.yaml -f - < deployment.json
-f - -f - < pod.yaml
-f pod.yaml --sort-by=.metadata.name
-f two.yaml --sort-by=.metadata.name -o name
-f pod.yaml --show-kind
-f pod.yaml --no-headers
-f pod.yaml --subresource=status
-f two.yaml --subresource=status
-f pod.yaml --context nobody
-f pod.yaml --context viewer
-f two.yaml -o custom-columns=N:.metadata.name
-f two.yaml -o jsonpath='{.items[*].metadata.name}'
-f pod.yaml -o jsonpath='{.metadata.name}'
-f pod.yaml -o go-template='{{.metadata.name}}'
-f two.yaml --server-print=false
-f http://127.0.0.1:1/x.yaml
-R
! -k kustomized
-k kustomized -o name
-k kustomized/
-k nope
-k manifests
-k kustomized pods
-k kustomized -f pod.yaml
-k kustomized -R
-k ''
-k kustomized -k kustomized
-w -f two.yaml
-w -f missing-pod.yaml
`,
);
