#!/usr/bin/env python3
"""Load on any server that speaks OpenAI's chat interface, streamed, and beside it what the silo says of itself.

    python3 tests/Benchmarks/openai_load.py --url http://localhost:8080 --streams 1,4,8,16 --requests 4 --max-tokens 128

For each number of streams, every stream sends --requests requests, one after the other. Told are tokens a second over all streams; the time to the
first piece of text; the time from token to token, of each request (end - first piece) / (tokens - 1); and the gap between two pieces, which may hold
several tokens. Where the server has /metrics, the same from its own histograms for the same minutes. Needs Python 3 and nothing else.
"""
import argparse
import http.client
import json
import threading
import time
import urllib.parse


def percentile(values, share):
    """The value below which a share of the values lies, between two values in proportion; not a number for none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


class Server:
    """Where the requests go."""

    def __init__(self, url, key):
        parts = urllib.parse.urlsplit(url)
        self.host, self.path, self.secure = parts.netloc, parts.path.rstrip("/"), parts.scheme == "https"
        self.headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}

    def connect(self):
        return (http.client.HTTPSConnection if self.secure else http.client.HTTPConnection)(self.host, timeout=600)

    def get(self, path):
        connection = self.connect()
        try:
            connection.request("GET", self.path + path, headers=self.headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def chat(self, body):
        """One streamed answer: (tokens, seconds to the first piece, seconds from token to token, gaps between pieces)."""
        connection = self.connect()
        try:
            began = time.perf_counter()
            connection.request("POST", self.path + "/v1/chat/completions", json.dumps(body), self.headers)
            response = connection.getresponse()
            if response.status != 200:
                raise RuntimeError(f"{response.status}: {response.read().decode()}")
            pieces, tokens = [], 0
            for line in response:
                if not line.startswith(b"data: ") or line.strip() == b"data: [DONE]":
                    continue
                chunk = json.loads(line[6:])
                if "error" in chunk:
                    raise RuntimeError(chunk["error"])
                if any(choice["delta"].get("content") for choice in chunk["choices"]):
                    pieces.append(time.perf_counter())
                tokens = (chunk.get("usage") or {}).get("completion_tokens", tokens)
            if not pieces:
                return tokens, None, None, []
            between = (pieces[-1] - pieces[0]) / (tokens - 1) if tokens > 1 else None
            return tokens, pieces[0] - began, between, [b - a for a, b in zip(pieces, pieces[1:])]
        finally:
            connection.close()


class Metrics:
    """The server's own histograms and counters, as /metrics has them."""

    def __init__(self, server):
        status, text = server.get("/metrics")
        self.values = {}
        for line in text.splitlines() if status == 200 else []:
            if line.startswith("#") or " " not in line:
                continue
            name, value = line.split(" ")[:2]
            self.values[name] = float(value)

    def since(self, before, name):
        return sum(value - before.values.get(key, 0) for key, value in self.values.items() if key.split("{")[0] == name)

    def histogram(self, before, name, share):
        """A share's value, in proportion within its bucket."""
        buckets = {}
        for key, value in self.values.items():
            if key.startswith(name + "_bucket{"):
                edge = key.split('le="')[1].split('"')[0]
                edge = float("inf") if edge == "+Inf" else float(edge)
                buckets[edge] = buckets.get(edge, 0) + value - before.values.get(key, 0)
        edges = sorted(buckets)
        if not edges or buckets[edges[-1]] == 0:
            return float("nan")
        wanted, low, under = share * buckets[edges[-1]], 0.0, 0.0
        for edge in edges:
            if buckets[edge] >= wanted:
                return low if edge == float("inf") else low + (edge - low) * (wanted - under) / max(buckets[edge] - under, 1e-9)
            low, under = edge, buckets[edge]
        return low


def run(server, streams, requests, body):
    """All streams at once; what each request took, and the seconds that all took together."""
    results, problems, gate = [], [], threading.Barrier(streams + 1)

    def stream(number):
        gate.wait()
        for turn in range(requests):
            try:
                results.append(server.chat({**body, "seed": 1000 * number + turn}))
            except Exception as problem:  # told below, and the load goes on
                problems.append(str(problem))

    threads = [threading.Thread(target=stream, args=(number,), daemon=True) for number in range(streams)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return results, problems, time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:8080")
    parser.add_argument("--key", default=None, help="an API key")
    parser.add_argument("--model", default="mini")
    parser.add_argument("--streams", default="1,4,8,16")
    parser.add_argument("--requests", type=int, default=4, help="of each stream")
    parser.add_argument("--max-tokens", type=int, default=128)
    parser.add_argument("--prompt", default="tell a story about Bo, the big red star.")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    server = Server(given.url, given.key)
    body = {
        "model": given.model, "stream": True, "stream_options": {"include_usage": True}, "max_tokens": given.max_tokens, "temperature": given.temperature,
        "max_images": 0, "messages": [{"role": "user", "content": given.prompt}],
    }
    server.chat({**body, "max_tokens": 4})  # what is compiled and loaded once is not measured
    rows, failed = [], 0
    for streams in (int(count) for count in given.streams.split(",")):
        before = Metrics(server)
        results, problems, seconds = run(server, streams, given.requests, body)
        after, failed = Metrics(server), failed + len(problems)
        first, between = [r[1] for r in results if r[1] is not None], [r[2] for r in results if r[2] is not None]
        gaps = [gap for r in results for gap in r[3]]
        rows.append({
            "streams": streams, "requests": len(results), "failed": len(problems), "tokens_per_second": sum(r[0] for r in results) / seconds,
            "first_p50": percentile(first, 0.5), "first_p95": percentile(first, 0.95), "token_p50": percentile(between, 0.5), "token_p95": percentile(between, 0.95),
            "gap_p95": percentile(gaps, 0.95), "own_tokens_per_second": after.since(before, "mmi_generation_tokens_total") / seconds,
            "own_first_p50": after.histogram(before, "mmi_time_to_first_token_seconds", 0.5), "own_first_p95": after.histogram(before, "mmi_time_to_first_token_seconds", 0.95),
            "own_token_p50": after.histogram(before, "mmi_inter_token_latency_seconds", 0.5), "own_token_p95": after.histogram(before, "mmi_inter_token_latency_seconds", 0.95),
        })
        if problems:
            print(f"{streams} streams, {len(problems)} failed: {problems[0]}")
    if given.json:
        print(json.dumps(rows, indent=2))
    else:
        print("| streams | requests | tokens/s | first, ms p50 / p95 | token to token, ms p50 / p95 | gap, ms p95 | own tokens/s | own first, ms | own token, ms |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for r in rows:
            ms = {name: f"{value * 1000:.1f}" for name, value in r.items() if isinstance(value, float)}
            print(f"| {r['streams']} | {r['requests']} | {r['tokens_per_second']:.1f} | {ms['first_p50']} / {ms['first_p95']} | {ms['token_p50']} / {ms['token_p95']} "
                  f"| {ms['gap_p95']} | {r['own_tokens_per_second']:.1f} | {ms['own_first_p50']} / {ms['own_first_p95']} | {ms['own_token_p50']} / {ms['own_token_p95']} |")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
