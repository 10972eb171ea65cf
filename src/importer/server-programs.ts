import { each, type ProgramRule, verbs } from './danger-rules.ts';

/** Tools of servers and clusters: what their verbs do. A verb that is not listed is destructive. */
export const serverPrograms: Readonly<Record<string, ProgramRule>> = {
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'status, info, ring, tpstats, tablestats, cfstats, compactionstats, netstats, describecluster, gossipinfo, version, proxyhistograms, tablehistograms, toppartitions, listsnapshots, getendpoints, statusbinary, statusgossip, statusbackup, getcompactionthroughput, getstreamthroughput, getlogginglevels, help',
        ),
        ...verbs('safe', 'snapshot'),
        ...verbs(
          'disruptive',
          'flush, repair, drain, compact, rebuild, stop, disablebinary, enablebinary, disablegossip, enablegossip, disableautocompaction, enableautocompaction, setcompactionthroughput, setstreamthroughput, setlogginglevel, pausehandoff, resumehandoff',
        ),
      },
      valued: ['-h', '--host', '-p', '--port', '-u', '--username', '-pw', '--password'],
    },
    'nodetool',
  ),
  ...each(
    {
      verbs: verbs('read', 'query, instant-query, labels, series, stats, volume, volume_range, version'),
      raise: { '--part-path-prefix': 'disruptive' },
      valued: ['--addr', '--org-id', '--username', '--password', '--tls-skip-verify'],
    },
    'logcli',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'ping, version, bucket list, org list, user list, task list, task log list, auth list, v1 dbrp list, config list',
        ),
        // A query may write: `|> to(…)`.
        ...verbs('disruptive', 'query, write, bucket create, bucket update, task update, task retry-failed'),
      },
      valued: ['--host', '-o', '--org', '--org-id', '-f', '--file', '-t', '--token', '-c', '--active-config'],
    },
    'influx',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'stream ls, stream info, stream report, stream state, stream get, stream view, consumer ls, consumer info, consumer report, server ls, server info, server list, server report, server check, server ping, account info, kv ls, kv get, kv status, kv history, context ls, context info, rtt',
        ),
        ...verbs(
          'disruptive',
          'pub, publish, stream add, stream edit, consumer add, consumer edit, consumer pause, consumer resume, consumer cluster step-down, stream cluster step-down, kv put, kv add, kv create',
        ),
      },
      valued: ['-s', '--server', '--user', '--password', '--creds', '--nkey', '--context', '--timeout'],
    },
    'nats',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'ls, ls2, get, stat, getAcl, config'),
        ...verbs('disruptive', 'create, set'),
      },
      valued: ['-server', '-timeout'],
    },
    'zkCli.sh zkCli zookeeper-shell zookeeper-shell.sh',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'status, health, health detail, df, versions, quorum_status, osd tree, osd df, osd stat, osd dump, osd perf, osd pool ls, osd pool stats, osd find, osd ok-to-stop, osd safe-to-destroy, mon stat, mon dump, pg stat, pg dump, pg ls, pg map, fs ls, fs status, mds stat, mgr services, mgr stat, crash ls, crash info, log last, orch ps, orch ls, orch host ls, device ls',
        ),
        ...verbs(
          'disruptive',
          'osd set, osd unset, osd in, osd out, osd down, osd reweight, pg scrub, pg deep-scrub, config set, orch restart, orch daemon restart, crash archive, crash archive-all, mgr fail, mds fail, balancer on, balancer off',
        ),
      },
      harmless: ['-s', '-w', '--version'],
      valued: ['-n', '--cluster', '-c', '--conf'],
    },
    'ceph',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'app list, app get, app diff, app history, app manifests, app resources, app logs, app wait, proj list, proj get, cluster list, repo list, version, account get-user-info',
        ),
        ...verbs('disruptive', 'app sync, app rollback, app set, app terminate-op, login'),
      },
      raise: { '--prune': 'destructive', '--force': 'destructive', '--replace': 'destructive' },
    },
    'argocd',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'get, logs, check, events, tree, stats, version, diff, trace'),
        ...verbs('disruptive', 'reconcile, suspend, resume'),
      },
      valued: ['-n', '--namespace', '--context'],
    },
    'flux',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'alert, alert query, config show, config routes, config routes show, config routes test, check-config, cluster show, silence query, template render',
        ),
        ...verbs('disruptive', 'silence add, silence update, silence import, silence expire, alert add'),
      },
      valued: ['--alertmanager.url', '--output', '-o'],
    },
    'amtool',
  ),
  ...each(
    {
      verbs: verbs(
        'read',
        'check config, check rules, check metrics, check web-config, check healthy, check ready, query instant, query range, query series, query labels, query analyze, test rules, tsdb list, tsdb analyze, debug pprof, debug metrics, debug all',
      ),
      valued: ['--url'],
    },
    'promtool',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'status, server members, job status, job history, job inspect, job plan, job deployments, node status, alloc status, alloc logs, alloc fs, deployment status, deployment list, eval status, eval list, operator raft list-peers, monitor, version, agent-info, volume status, namespace list',
        ),
        ...verbs(
          'disruptive',
          'job run, job restart, job scale, job revert, job promote, job eval, alloc restart, alloc signal, alloc stop, node drain, node eligibility, deployment promote, deployment pause, deployment resume, deployment fail',
        ),
      },
    },
    'nomad',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'status, tail, pid, avail, version, maintail'),
        ...verbs('safe', 'start, reread'),
        ...verbs('disruptive', 'restart, stop, signal, update, reload, add'),
      },
      valued: ['-c', '-s'],
    },
    'supervisorctl',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'ls, list, status, logs, show, describe, info, prettylist, jlist, id, pid'),
        ...verbs('disruptive', 'restart, reload, gracefulReload, stop, scale, reset, sendSignal, save'),
      },
    },
    'pm2',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'configtest, status, fullstatus'),
        ...verbs('disruptive', 'start, stop, restart, graceful, graceful-stop'),
      },
      harmless: ['-t', '-S', '-M', '-v', '-V', '-l'],
    },
    'apachectl apache2ctl httpd',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'ps, pods, images, inspect, inspectp, inspecti, logs, stats, statsp, info, version'),
        ...verbs('safe', 'pull, start'),
        ...verbs('disruptive', 'stop, stopp'),
      },
      valued: ['-r', '--runtime-endpoint', '-i', '--image-endpoint', '-c', '--config'],
    },
    'crictl',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'status'),
        ...verbs('disruptive', 'reload, restart, start, stop, logrotate'),
      },
      valued: ['-D', '-m', '-t', '-l'],
    },
    'pg_ctl',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'info, check, version, verify'),
        ...verbs('disruptive', 'backup, start, stop'),
      },
    },
    'pgbackrest',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'backup get, backup describe, backup logs, restore get, restore describe, restore logs, schedule get, schedule describe, get, version',
        ),
        ...verbs('disruptive', 'backup create, schedule create, schedule pause, schedule unpause'),
      },
      valued: ['-n', '--namespace'],
    },
    'velero',
  ),
  ...each(
    {
      verbs: verbs(
        'read',
        'proxy-status, ps, proxy-config, pc, analyze, version, x describe, experimental describe, validate',
      ),
      valued: ['-n', '--namespace', '-i', '--istioNamespace'],
    },
    'istioctl',
  ),
  ...each(
    {
      verbs: verbs(
        'read',
        'check, stat, top, tap, edges, version, viz stat, viz top, viz tap, viz edges, viz check',
      ),
    },
    'linkerd',
  ),
  ...each({ verbs: { ...verbs('read', 'ls, stat, du, cat'), ...verbs('disruptive', 'cp, mb') } }, 'gsutil'),
  ...each(
    {
      verbs: { ...verbs('read', 'inspect, status, report, events'), ...verbs('disruptive', 'control') },
      valued: ['-A', '--app', '-b', '--broker', '-d', '--destination', '-t', '--timeout'],
    },
    'celery',
  ),
  ...each(
    { verbs: { ...verbs('read', 'certificates, show_account'), ...verbs('disruptive', 'renew, certonly') } },
    'certbot',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'status, list, iostat, history'),
        ...verbs('disruptive', 'scrub, clear, online'),
      },
    },
    'zpool',
  ),
  ...each(
    { verbs: { ...verbs('read', 'info, validate'), ...verbs('disruptive', 'repair, baseline') } },
    'flyway',
  ),
  ...each(
    { other: 'disruptive' },
    'kafka-server-stop kafka-server-stop.sh kafka-server-start kafka-server-start.sh',
  ),
  ...each({ other: 'read' }, 'pg_controldata pg_waldump pg_lsclusters stern kubetail'),
  ...each({ other: 'disruptive' }, 'vacuumdb reindexdb pg_basebackup'),
};
