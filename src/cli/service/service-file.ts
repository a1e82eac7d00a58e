import { allocatorSettings } from '../../core/allocator-settings.ts';

/** What the service runs. */
export interface ServiceProgram {
  /** Node, and navi's entry: both absolute. */
  readonly node: string;
  readonly entry: string;
  /** Behind `navi sync --daemon`. */
  readonly args: readonly string[];
  /** Variables that it needs: those of this command that say where things are. */
  readonly env: Readonly<Record<string, string>>;
}

/** Name of the service: of the unit, and behind `io.navi.` of the agent. */
export const serviceName = 'navi';

/** Label of the agent of launchd. */
export const agentLabel = `io.navi.${serviceName}`;

/**
 * A unit for the service manager of a user (systemd.service(5)). What it cannot do is shut off; what it may take bounded. It is
 * not started again where it would end the same way: wrong usage (2), and another daemon (5). The file system stays as it is:
 * programs that fetch credentials keep caches in the home folder, and a user's manager may not make mounts everywhere.
 */
export function systemdUnit({ node, entry, args, env }: ServiceProgram): string {
  const variables = Object.entries({ ...allocatorSettings, ...env });
  return `[Unit]
Description=navi keeps mirrors of Kubernetes clusters current
Documentation=man:navi(1) man:navi-sync(1)
After=network-online.target

[Service]
Type=notify
NotifyAccess=all
ExecStart=${[node, entry, 'sync', '--daemon', ...args].map(unitWord).join(' ')}
ExecReload=/bin/kill -HUP $MAINPID
${variables.map(([name, value]) => `Environment=${unitWord(`${name}=${value}`)}`).join('\n')}
# The first sync of a large cluster takes minutes, and a cluster that is away longer.
TimeoutStartSec=infinity
TimeoutStopSec=10
WatchdogSec=2min
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2 5
MemoryHigh=1G
MemoryMax=2G
UMask=0077
NoNewPrivileges=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=default.target
`;
}

/** A word of a line of a unit: quoted, without specifiers and variables (systemd.syntax(7)). */
function unitWord(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w./:=@%+,-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

/** An agent of launchd (launchd.plist(5)), which has no protocol for being ready. @param logFile where its log lines go */
export function launchdAgent({ node, entry, args, env }: ServiceProgram, logFile: string): string {
  const words = [node, entry, 'sync', '--daemon', '--log-file', logFile, ...args];
  const variables = Object.entries(env);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${xmlText(agentLabel)}</string>
  <key>ProgramArguments</key>
  <array>
${words.map((word) => `    <string>${xmlText(word)}</string>`).join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables.map(([name, value]) => `    <key>${xmlText(name)}</key>\n    <string>${xmlText(value)}</string>`).join('\n')}
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>5</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>Umask</key>
  <integer>63</integer>
</dict>
</plist>
`;
}

const xmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
