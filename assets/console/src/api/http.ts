// Requests to the admin API: an answer, or a refusal in the server's own words.

/** Why something was not done. */
export class Refusal extends Error {
  /** The server's code; `unreachable` if it gave no answer. */
  readonly code: string;
  /** The HTTP status; 0 without an answer. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.status = status;
  }

  /** What a response that is not OK says. */
  static async of(response: Response): Promise<Refusal> {
    const body: unknown = await response.json().catch(() => null);
    const error = (body as { error?: { code?: unknown; message?: unknown } } | null)?.error;
    const message = error?.message ?? `The server answered with status ${response.status}.`;
    return new Refusal(String(error?.code ?? "bad_response"), response.status, String(message));
  }
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Below `/api/admin/`. */
export function adminUrl(path: string): string {
  return `/api/admin/${path}`;
}

/**
 * Asks the admin API. The answer is taken to be of the shape that its OpenAPI file states.
 * @throws Refusal
 */
export async function ask<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await reach(adminUrl(path), {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw await Refusal.of(response);
  const text = await response.text();
  return (text === "" ? null : JSON.parse(text)) as T;
}

/** Fetches; no answer at all is a refusal as well. */
export async function reach(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new Refusal("unreachable", 0, "The server can't be reached.");
  }
}
