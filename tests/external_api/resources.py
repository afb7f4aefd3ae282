"""What the API serves to anybody: posts, the same for everybody; slow answers; echoes."""

import json
import urllib.parse

from external_api.sending import answer_json

POSTS = 100
NEW = POSTS + 1
NOT_AN_OBJECT = answer_json({"error": "not a JSON object"}, 400)


def post(number):
    return {"userId": (number - 1) // 10 + 1, "id": number, "title": f"Title of post {number}",
            "body": f"First line of post {number}\nSecond line: Grüße, 日本語"}


def query_of(request):
    return dict(urllib.parse.parse_qsl(request.query, keep_blank_values=True))


def one_post(name):
    """GET .../posts/{id}: 404 and an empty object where there is none."""
    if not name.isascii() or not name.isdigit() or name.startswith("0") or not 1 <= int(name[:6]) <= POSTS:
        return answer_json({}, 404)
    return answer_json(post(int(name)))


def get_post(_, name):
    return one_post(name)


def change_post(call, name):
    """PUT and PATCH answer as if they had changed something, DELETE as if it were gone."""
    found = one_post(name)
    if found.status != 200:
        return found
    if call.request.method == "DELETE":
        return answer_json({})
    given = _object(call.request.body)
    return NOT_AN_OBJECT if given is None else answer_json({**json.loads(found.body), **given})


def list_posts(call):
    user = query_of(call.request).get("userId")
    return answer_json([post(number) for number in range(1, POSTS + 1)
                        if user is None or str(post(number)["userId"]) == user])


def make_post(call):
    """Each request makes one, whatever its Idempotency-Key: the one that was made before is not looked for."""
    given = _object(call.request.body)
    if given is None:
        return NOT_AN_OBJECT
    call.api.created.append(given)
    return answer_json({**given, "id": NEW}, 201, [("Location", f"/posts/{NEW}")])


def _object(body):
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


async def slow(call):
    """?ms=: how long it takes."""
    wait = query_of(call.request).get("ms", "")
    if not wait.isascii() or not wait.isdigit() or len(wait) > 9:
        return answer_json({"error": "ms must be a number"}, 400)
    await call.link.hold(int(wait) / 1000)
    return answer_json({"slept_ms": int(wait)})


def echo(call):
    request = call.request
    return answer_json({"method": request.method, "path": request.path, "query": request.query,
                        "target": request.target, "headers": request.headers,
                        "body": request.body.decode("latin-1")})
