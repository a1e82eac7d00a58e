import { keepReasons } from '../core/kept-log.ts';
import { anyOf, duration, oneOf, orNone, size, texts, whole, yesOrNo } from './setting-kinds.ts';
import { alertKeys } from './alert-keys.ts';
import { named, section, setting } from './setting.ts';

/** A namespace: RFC 1123 label (kube-apiserver 1.36). */
const namespacePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A type as `plural.group`. */
const typePattern = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** How the objects of a type may come into the mirror. */
export const retrievalModes = ['watch', 'poll', 'used', 'off'] as const;

/** The keys of one type. */
const retrievalKeys = {
  mode: setting(
    oneOf(retrievalModes),
    'watch',
    'watch: followed all the time; poll: listed now and then; used: followed from when it is asked for until it was not for a while; off: not mirrored.',
  ),
  interval: setting(
    orNone(duration({ least: '30s', most: '24h' })),
    null,
    'Of poll: it is listed this often, within a fifth; without the key as often as the last list took a twentieth of.',
  ),
  ttl: setting(
    orNone(duration({ least: '30s', most: '30d' })),
    null,
    'Of poll: from this age on answers say how old they are; without the key from twice the interval on.',
  ),
  idle: setting(
    duration({ least: '1m', most: '30d' }),
    '15m',
    'Of used: it is followed for so long after it was last asked for.',
  ),
};

/** The keys of one context. */
export const contextKeys = {
  namespaces: setting(
    orNone(
      texts({
        pattern: namespacePattern,
        each: 'a namespace',
        whenEmpty: 'must name a namespace; without the key all are mirrored',
      }),
    ),
    null,
    'Only these namespaces are mirrored, each as scopes of its own; without the key all that you may read.',
  ),
  erase_when_denied: setting(
    texts({ pattern: typePattern, each: 'a type' }),
    ['secrets'],
    'Types (plural.group) whose rows leave the store when you may no longer read them.',
  ),
  certificates: setting(
    yesOrNo,
    false,
    'TLS Secrets are read, in memory, and their public certificates alone are kept, for navi certs.',
  ),
};

/** Every key of config.toml. This is where a setting is described; texts and commands take it from here. */
export const schema = {
  read_only: setting(
    yesOrNo,
    false,
    'Nothing in any cluster is ever changed: commands that would, such as navi scale, and the daemon refuse.',
  ),
  plugins: setting(
    texts({ pattern: /^(\/|[A-Za-z]:[\\/])/, each: 'the absolute path of a folder' }),
    [],
    'Folders of oclif plugins whose commands navi has besides its own. Their code runs as you.',
    // Whoever sets a variable for one program should not have another one load code by it.
    { variable: null },
  ),
  daemon: section('The process that mirrors.', {
    audit_interval: setting(
      duration({ least: '1m', most: '30d' }),
      '24h',
      'Each type is compared with the server in full this often.',
    ),
    auto_start: setting(
      yesOrNo,
      false,
      'A question that finds no daemon starts one in the background, for its contexts, as navi sync --detach does.',
    ),
    metrics_port: setting(whole(0, 65_535), 0, 'TCP port on loopback for Prometheus; 0 is none.'),
  }),
  retention: section('What is kept of the past of each mirror, in its history.db; the oldest goes first.', {
    history_age: setting(duration({ least: '1h', most: '3650d' }), '7d', 'Longest age of a change.'),
    history_size: setting(size('1Mi', '1Ti'), '512Mi', 'Size of the history.'),
    logs_age: setting(duration({ least: '1h', most: '3650d' }), '7d', 'Longest age of a kept log.'),
    logs_size: setting(
      size('1Mi', '1Ti'),
      '64Mi',
      'Size of the kept logs; the one that was read longest ago goes first.',
    ),
  }),
  prefetch: section('What is fetched before anybody asks for it.', {
    related: setting(
      yesOrNo,
      true,
      'Who asks for a type will soon ask for others: of pods for events, of Deployments for pods.',
    ),
    logs: section(
      'The last lines of containers that end. What this no longer keeps is removed when the daemon starts.',
      {
        namespaces: setting(
          texts({ pattern: /^\*$|^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, each: 'a namespace' }),
          [],
          'Namespaces whose logs are kept, "*" for all. None unless set, since logs may hold what should lie on no disk.',
        ),
        when: setting(anyOf(keepReasons), [...keepReasons], 'Why a container ended whose logs are kept.'),
        // Who wants more wants a place for logs.
        lines: setting(whole(1, 10_000), 500, 'Most lines of one log.'),
        size: setting(size('1Ki', '4Mi'), '256Ki', 'Largest size of one log.'),
      },
    ),
  }),
  alerts: section('What raises an alert, and who is told: navi alerts rules lists what is in force.', alertKeys),
  metrics: section('What nodes and pods use, where the cluster serves metrics.k8s.io.', {
    interval: setting(
      // More often than every five seconds nothing new is measured; less often than every hour it tells nothing.
      duration({ least: '5s', most: '1h', zero: 'never' }),
      '15s',
      'It is asked for this often.',
    ),
  }),
  output: section('What answers say besides.', {
    notice_after: setting(
      duration({ least: '1ms', most: '3650d', zero: 'every answer' }),
      '2m',
      'From this age of the data on an answer says how old it is.',
      { variable: 'NAVI_NOTICE_AFTER' },
    ),
  }),
  retrieval: named(
    'a type (plural.group)',
    'How a type comes into the mirrors, by its plural.group; "*" stands for every type without a table of its own.',
    retrievalKeys,
    { pattern: new RegExp(`^\\*$|${typePattern.source}`) },
  ),
  retrieval_budget: section(
    'Bounds of types that are followed while they are used; who was not asked for the longest goes first.',
    {
      followed: setting(whole(1, 10_000), 30, 'So many of them are followed at once in each mirror.'),
      unfollowed_size: setting(
        size('1Mi', '1Ti'),
        '512Mi',
        'Objects of those that are not followed now stay on disk up to this size, in each mirror.',
      ),
    },
  ),
  sources: named(
    'a source',
    'Rows that a program prints, as a context of this name that every command knows; the daemon runs it. See README.md for what it prints.',
    {
      command: setting(
        orNone(texts({ pattern: /^[^\0]+$/, each: 'a word', whenEmpty: 'must name a program' })),
        null,
        'The program and its arguments, without a shell.',
      ),
      interval: setting(duration({ least: '10s', most: '24h' }), '5m', 'It is run this often.'),
    },
    { pattern: namespacePattern },
  ),
  contexts: named(
    'a context',
    'How one context is mirrored, by its name in the kubeconfig; "*" stands for every context, and a key of a context takes the place of that of "*".',
    contextKeys,
  ),
};
