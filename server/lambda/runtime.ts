import type { Writable } from 'node:stream';

/** What Lambda's Node runtime gives to a function that streams: the global `awslambda`. */
export interface LambdaGlobal {
  streamifyResponse(handler: EventHandler): EventHandler;
  readonly HttpResponseStream: {
    /** Status and headers go out with the first write, so that even an empty body needs one. */
    from(stream: Writable, head: ResponseHead): Writable;
  };
}

export type EventHandler = (event: FunctionUrlEvent, responseStream: Writable) => Promise<void>;

export interface ResponseHead {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

/** What we read of a request to a function URL (payload format 2.0). Header names are in lower case. */
export interface FunctionUrlEvent {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly http: { readonly method: string; readonly sourceIp: string } };
}
