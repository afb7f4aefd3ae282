"""The platform's error bodies: ErrorBody everywhere, RFC 6749's on the token endpoint."""

import json

STANDARD = {
    400: ("bad.request", "The request could not be understood by the server due to malformed syntax."),
    401: ("bad.credentials", "Invalid login credentials."),
    403: ("not.authorized", "You are not authorized to perform the requested action."),
    404: ("not.found", "The requested resource was not found."),
    405: ("method.not.allowed", "The method is not allowed on this resource."),
    408: ("client.timeout", "The client did not produce a request within the server timeout limit."),
    409: ("request.conflict", "The request conflicts with the state of the resource."),
    413: ("request.entity.too.large", "The request is over the size limit."),
    415: ("unsupported.media.type", "Unsupported or incorrect media type."),
    429: ("too.many.requests.retry.after", "Rate limit exceeded the maximum. Retry the request later"),
    500: ("internal.server.error", "The server encountered an unexpected condition."),
    502: ("bad.gateway", "Bad gateway."),
    503: ("service.unavailable", "Service Unavailable - The server is currently unavailable."),
    504: ("request.timeout", "The request timed out."),
}


class ApiError(Exception):
    """Ends a request: becomes an ErrorBody with this request's correlation id as contextId."""

    def __init__(self, status, message=None, code=None, headers=None, **extra):
        standard = STANDARD.get(status, ("general.error", f"Status {status}"))
        super().__init__(message or standard[1])
        self.status = status
        self.code = code or standard[0]
        self.message = message or standard[1]
        self.headers = headers or {}
        self.extra = extra

    def text(self, context_id):
        return json.dumps({"message": self.message, "code": self.code, "status": self.status, "messageParams": {},
                           "contextId": context_id, "details": [], "errors": [], **self.extra})


class OAuthError(ApiError):
    """RFC 6749, 5.2, with the `description` that the platform adds."""

    def text(self, context_id):
        return json.dumps({"error": self.code, "description": self.message, "error_description": self.message})


def missing_permission(permission):
    return ApiError(403, f"Unable to perform the requested action. You are missing the following permission(s): "
                         f"{permission}", "missing.permissions", messageParams={"permissions": permission})


def invalid(message, **extra):
    return ApiError(400, message, **extra)
