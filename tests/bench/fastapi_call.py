"""The tutorial's service of a Data Action: FastAPI, httpx and pydantic. One client for all calls, which keeps its connections:
the tutorial makes one a call, and would be slower still."""

import os

import httpx
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI()
client = httpx.AsyncClient(limits=httpx.Limits(max_connections=64, max_keepalive_connections=64))


class Input(BaseModel):
    user_id: int
    query_text: str


class Output(BaseModel):
    status_code: int
    external_id: int
    title: str
    body: str
    error_message: str = ""


@app.post("/call")
async def call(payload: Input):
    response = await client.get(f"http://127.0.0.1:{os.environ['API_PORT']}/posts/{payload.user_id}",
                                headers={"Accept": "application/json"}, timeout=10.0)
    if response.status_code != 200:
        raise HTTPException(status_code=response.status_code, detail="the API failed")
    data = response.json()
    return Output(status_code=200, external_id=data.get("id", 0), title=data.get("title", ""), body=data.get("body", ""))
