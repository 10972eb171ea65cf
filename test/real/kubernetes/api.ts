import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';

/** Server address and credentials from a kubeconfig that `writeUsers` has written. */
export interface Access {
  readonly server: string;
  readonly ca: string;
  /** Absent: anonymous. */
  readonly token?: string;
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

export const accessIn = async (kubeconfig: string): Promise<Access> => {
  const {
    clusters: [first],
    users: [only],
  }: Kubeconfig = JSON.parse(await readFile(kubeconfig, 'utf8'));
  if (first === undefined || only === undefined)
    throw new Error(`${kubeconfig} was not written by writeUsers`);
  const { server, 'certificate-authority-data': ca } = first.cluster;
  return { server, ca: Buffer.from(ca, 'base64').toString('utf8'), token: only.user.token };
};

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: object;
  /** Content type of the body; default: JSON. */
  readonly type?: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

/** Direct access to an API server, independent of the client under test. */
export interface Api {
  /** Returns any response; does not reject for an error status. */
  call(path: string, call?: Call): Promise<ApiAnswer>;
  /** Returns the parsed JSON; `T` is its type. Rejects with the response text unless the status is 2xx. */
  ask<T = unknown>(path: string, call?: Call): Promise<T>;
  close(): Promise<void>;
}

export const openApi = ({ server, ca, token }: Access): Api => {
  const dispatcher = new Agent({ connect: { ca }, connections: 64 });
  const call: Api['call'] = async (path, { method = 'GET', body, type = 'application/json' } = {}) => {
    const answer = await request(`${server}${path}`, {
      dispatcher,
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  return {
    call,
    ask: async (path, how) => {
      const { status, text } = await call(path, how);
      if (status >= 300)
        throw new Error(`${how?.method ?? 'GET'} ${path} was answered ${status}: ${text.slice(0, 400)}`);
      return JSON.parse(text);
    },
    close: () => dispatcher.close(),
  };
};

/** True if a component of the cluster answers 2xx to an anonymous request. All components share one certificate. */
export const isHealthy = async (url: string, ca: string): Promise<boolean> => {
  const api = openApi({ server: new URL(url).origin, ca });
  try {
    const { status } = await api.call(new URL(url).pathname);
    return status < 300;
  } catch {
    return false;
  } finally {
    await api.close();
  }
};
