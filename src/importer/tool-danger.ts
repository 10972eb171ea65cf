import type { Danger } from '../domain/runbooks/operation.ts';
import { isChanging, moreDangerous } from '../runs/policy/danger.ts';
import { type CommandClass, knownClass, unknownClass } from './command-class.ts';
import { hasKnownVerb, operands } from './command-words.ts';
import { parseOptions, valuesOf } from './options.ts';

/** Verbs of PowerShell cmdlets. */
export const cmdletVerbs: readonly (readonly [RegExp, Danger])[] = [
  [
    /^(?:(?:Get|Test|Measure|Select|Where|Sort|Group|Compare|Find|Resolve|Show|ConvertTo|ConvertFrom|Wait)-|Format-(?:Table|List|Wide|Custom|Hex)$|Write-(?:Output|Host|Verbose|Warning|Error|Information|Debug)$|Out-(?:Null|String|Host|Default|GridView)$)/i,
    'read',
  ],
  [
    /^(?:Start|Stop|Restart|Set|Suspend|Resume|Enable|Disable|New|Add|Copy|Update|Install|Invoke-WebRequest|Send)-?/i,
    'disruptive',
  ],
];

/** Verbs of cloud command lines (`aws SERVICE VERB`, `gcloud … VERB`), by their first part. */
const cloudVerbs: readonly (readonly [RegExp, Danger])[] = [
  // They run a script of their caller on machines; the credentials are written to a file.
  [/^(?:send-command|run-command|execute-command|execute-statement|schedule-key-deletion)$/, 'destructive'],
  [/^(?:get-credentials|update-kubeconfig)$/, 'safe'],
  // They write a file that is named without an option.
  [/^get-(?:object|object-torrent|job-output|export|sdk|media|snapshot-block)$/, 'disruptive'],
  [/^test-(?:event-pattern|metric-filter|dns-answer|availability)$/, 'read'],
  [
    /^(?:describe|list|get|head|filter|wait|tail|ls|show|check|lookup|search|query|scan|batch-get|simulate|validate|estimate|assume|read)(?:-|$)/,
    'read',
  ],
  [
    /^(?:delete|terminate|purge|remove|rm|rb|mv|deregister|revoke|disable|destroy|reset|release|cancel)(?:-|$)/,
    'destructive',
  ],
  [
    /^(?:start|stop|reboot|restart|test|receive|promote|split|merge|rotate|copy|update|put|create|send|publish|invoke|set|modify|enable|cp|sync|register|run|tag|attach|detach|resize|scale|failover|redrive|mb|deploy|apply)(?:-|$)/,
    'disruptive',
  ],
];

/** Options of the tools of Kafka that change nothing. They may be abbreviated, so others are unknown. */
const kafkaReads: ReadonlySet<string> = new Set(
  'bootstrap-server bootstrap-controller group all-groups topic all-topics list describe members state offsets verbose timeout command-config from-beginning max-messages partition partitions property time topic-partitions version help exclude-internal under-replicated-partitions unavailable-partitions under-min-isr-partitions at-min-isr-partitions topics-with-overrides entity-type entity-name entity-default all dry-run to-earliest to-latest to-current to-offset to-datetime shift-by by-duration reset-offsets zookeeper broker-list consumer.config consumer-property offset timeout-ms isolation-level verify reassignment-json-file files print-data-log deep-iteration admin.config group-id skip-message-on-error status replication'.split(
    ' ',
  ),
);

export const kafkaTool = (words: readonly string[], name: string): CommandClass => {
  const judged = kafkaAction(words, name);
  const isRead = words.every(
    (word) => !word.startsWith('-') || kafkaReads.has(word.replace(/^--/, '').split('=', 1)[0] ?? ''),
  );
  return isChanging(judged.danger) || isRead ? judged : unknownClass;
};

const kafkaAction = (words: readonly string[], name: string): CommandClass => {
  const has = (...options: readonly string[]): boolean => options.some((option) => words.includes(option));
  if (
    has('--remove', '--delete', '--delete-offsets', '--partitions') &&
    has('--alter', '--remove', '--delete', '--delete-offsets')
  )
    return knownClass('destructive');
  if (has('--reset-offsets')) return knownClass(has('--execute') ? 'destructive' : 'read');
  if (has('--execute')) return knownClass('disruptive');
  if (/^kafka-leader-election\b/.test(name))
    // An unclean leader lacks messages, which are lost.
    return knownClass(words.some((word) => /unclean/i.test(word)) ? 'destructive' : 'disruptive');
  if (/^kafka-(?:\w+-producer|producer-perf-test)\b/.test(name)) return knownClass('disruptive');
  if (has('--alter')) return knownClass('disruptive');
  if (has('--create')) return knownClass('safe');
  if (has('--list', '--describe', '--version', '--verify', '--state', '--members')) return knownClass('read');
  if (/^kafka-\w+-consumer(?:\.sh)?$|get-offsets|broker-api-versions|log-dirs|dump-log/.test(name))
    return knownClass(has('--group', '--group-id') ? 'disruptive' : 'read');
  return unknownClass;
};

export const jcmdClass = (words: readonly string[]): CommandClass => {
  const [target = '-', order = ''] = words;
  if (target.startsWith('-'))
    return words.length === 1 && target === '-l' ? knownClass('read') : unknownClass;
  if (
    /^(?:VM\.(?:version|flags|uptime|command_line|system_properties|info|classloaders|metaspace|events|dynlibs|native_memory)|Thread\.print|GC\.heap_info|Compiler\.(?:codecache|codelist|queue|memory)|help)$/.test(
      order,
    )
  )
    return knownClass('read');
  return /^(?:GC\.|JFR\.)/.test(order) ? knownClass('disruptive') : unknownClass;
};

export const byVerb = (table: readonly (readonly [RegExp, Danger])[], word: string): CommandClass => {
  const danger = table.find(([begins]) => begins.test(word))?.[1];
  return danger === undefined ? unknownClass : knownClass(danger);
};

/** Words of gcloud and az between the program and the verb. */
const cloudGroup =
  /^(?:beta|alpha|compute|container|sql|instances|clusters|projects|logging|config|auth|services|pubsub|topics|subscriptions|functions|iam|storage|buckets|vm|vmss|aks|group|webapp|monitor|metrics|network|account|postgres|mysql|redis|flexible-server|acr|repository|node-pools|operations|revisions|instance-groups|disks|snapshots|images|zones|regions|secrets|versions|keyvault|secret|nic|vnet|resource|log)$/;

const cloudValued = [
  '--endpoint-url',
  '--profile',
  '--region',
  '--output',
  '--query',
  '--project',
  '-g',
  '-n',
];

export const cloudClass = (name: string, words: readonly string[]): CommandClass => {
  const named = operands(words, cloudValued);
  const isAws = name.startsWith('aws');
  const index = isAws ? 1 : named.findIndex((word) => byVerb(cloudVerbs, word).isKnown);
  const verb = named[index];
  if (verb === undefined || !hasKnownVerb(words, verb, cloudValued)) return unknownClass;
  if (!isAws && !named.slice(0, index).every((word) => cloudGroup.test(word))) return unknownClass;
  const found = byVerb(cloudVerbs, verb);
  return found.isKnown
    ? knownClass(moreDangerous(found.danger, words.includes('--delete') ? 'destructive' : 'read'))
    : unknownClass;
};

/** Scripts of awk can start programs and write files. */
export const awkClass = (words: readonly string[]): CommandClass => {
  const parsed = parseOptions(words, { valued: 'Fv' });
  const [script] = parsed?.operands ?? [];
  if (script === undefined || /\b(?:system|getline|close|printf?\b[^;}\n]*>)|@/.test(script))
    return unknownClass;
  // A pipe outside a regular expression or a text.
  const code = script.replaceAll(/"(?:[^"\\]|\\.)*"|\/(?:[^/\\]|\\.)*\//g, ' ').replaceAll('||', ' ');
  return code.includes('|') ? unknownClass : knownClass('read');
};

/** Scripts of sed can start programs and write files: only substitutions, addresses, and printing are known. */
export const sedClass = (words: readonly string[]): CommandClass => {
  const isInPlace = (word: string): boolean => /^(?:-i|--in-place(?:=.*)?|-i\.\w+)$/.test(word);
  const parsed = parseOptions(
    words.filter((word) => !isInPlace(word)),
    {
      flags: 'nErsuz',
      valued: 'e',
      long: '--quiet --silent --regexp-extended',
      longValued: '--expression',
    },
  );
  if (parsed === undefined) return unknownClass;
  const given = valuesOf(parsed, '-e', '--expression');
  const scripts = given.length > 0 ? given : parsed.operands.slice(0, 1);
  const isPlain = scripts.every((script) =>
    /^[\s\d$,;{}pdqnNDPhHgGx=!~+]*$/.test(
      script
        .replaceAll(
          /(^|[\s;{}\d$/!])s([^\w\s;{}\\])(?:(?!\2)[^\\\n]|\\.)*\2(?:(?!\2)[^\\\n]|\\.)*\2[gpiI\d]*(?=[\s;}]|$)/g,
          '$1',
        )
        .replaceAll(/\/(?:[^/\\\n]|\\.)*\/I?/g, ''),
    ),
  );
  if (!isPlain || scripts.length === 0) return unknownClass;
  return knownClass(words.some(isInPlace) ? 'disruptive' : 'read');
};

export const tarClass = (rest: readonly string[]): CommandClass => {
  const [mode = '', ...others] = rest;
  const isList =
    /^(?:-?[vzjJa]*t[vzjJa]*f?|--list)$/.test(mode) &&
    others.every((word) => /^(?:[^-$`]|-[vzjf]$|--wildcards$|--file=|--verbose$)/.test(word));
  return knownClass(isList ? 'read' : 'disruptive');
};
