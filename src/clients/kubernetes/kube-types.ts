import type { HttpHeaders, TlsOptions } from '../../platform/network/http-messages.ts';

/** Which kubeconfig, and which of its contexts. Without a path: $KUBECONFIG, then ~/.kube/config, then in-cluster. */
export interface KubeTarget {
  readonly kubeconfig?: string;
  /** Absent: the current one. */
  readonly context?: string;
}

/** How a login is renewed: in words ('log in again: aws sso login'), and the argv that does it; [] where it is not known. */
export interface KubeLogin {
  readonly words: string;
  readonly argv: readonly string[];
}

/** A context of a kubeconfig, ready to ask. Its credentials are in `headers` and `tls` alone. */
export interface KubeAccess {
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  /** The context's own namespace, when it names one. */
  readonly namespace?: string;
  /** https://host:port, without a slash at its end. */
  readonly server: string;
  /** Read it after `headers`: an exec plugin may give a certificate of its own, and another one later. */
  readonly tls: TlsOptions;
  /** The proxy that the cluster is reached through, with its login: http://, https:// or socks5://. */
  readonly proxy?: string;
  /** What a person does when the login has ended. */
  readonly login: KubeLogin;
  /**
   * Credentials for one request, fresh: a token file is read again, an exec plugin run again when its token has ended.
   * Throws WireError `denied` with the plugin's command when it wants a person to log in.
   */
  headers(signal: AbortSignal): Promise<HttpHeaders>;
  /** Ends an exec plugin that runs. */
  close(): void;
}
