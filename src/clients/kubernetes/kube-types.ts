import type { HttpHeaders, TlsOptions } from '../../platform/network/http-messages.ts';

/** A kubeconfig and a context. Without a path: $KUBECONFIG, then ~/.kube/config, then in-cluster. */
export interface KubeTarget {
  readonly kubeconfig?: string;
  /** Absent: the current context. */
  readonly context?: string;
}

/** The renewal of a login: a remedy ('log in again: aws sso login') and its argv; [] if unknown. */
export interface KubeLogin {
  readonly words: string;
  readonly argv: readonly string[];
}

/** A resolved context. Only `headers` and `tls` contain its credentials. */
export interface KubeAccess {
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  /** The default namespace of the context, if set. */
  readonly namespace?: string;
  /** https://host:port, without a trailing slash. */
  readonly server: string;
  /** Read it after `headers`: an exec plugin may return a client certificate, and later another one. */
  readonly tls: TlsOptions;
  /** The proxy URL of the cluster, with its login: http://, https:// or socks5://. */
  readonly proxy?: string;
  /** The remedy for an expired login. */
  readonly login: KubeLogin;
  /**
   * Returns current credentials for one request: a token file is reread, an exec plugin rerun when its token has
   * expired. Throws WireError `denied` with the plugin's command if a login is required.
   */
  headers(signal: AbortSignal): Promise<HttpHeaders>;
  /** Ends a running exec plugin. */
  close(): void;
}
