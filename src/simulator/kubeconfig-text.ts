/** A kubeconfig, as YAML, with one context: the server and the user's token, `token-of-<user>`. */
export function kubeconfigText(url: string, user: string): string {
  const name = JSON.stringify(user);
  return `apiVersion: v1
kind: Config
current-context: simulator
clusters:
- name: simulator
  cluster:
    server: ${url}
users:
- name: ${name}
  user:
    token: ${JSON.stringify(`token-of-${user}`)}
contexts:
- name: simulator
  context:
    cluster: simulator
    user: ${name}
`;
}
