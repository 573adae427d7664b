@echo off
rem run-tests.cmd - runs the test programs of the zip on a Windows machine without Outlook: see README.txt, TESTS.
rem Each program of tests\integration finds the broker and the stand-in for Outlook freshly registered, and an empty
rem outbox. The stand-in, like this script, refuses where a real Outlook is registered.
setlocal EnableExtensions
cd /d "%~dp0"
if "%TEMP%"=="" goto usage
if "%LOCALAPPDATA%"=="" goto usage
set "root=%CD%"
set "OB_ENVIRONMENT=%TEMP%\outlook-broker-tests"
set "OB_SANDBOX_DIR=%OB_ENVIRONMENT%\sandbox"
set "OB_DATA_DIR=%LOCALAPPDATA%\OutlookBroker"
set "OB_BUILD=%root%\tests"
set OB_PYTHON=
set "logs=%OB_ENVIRONMENT%\logs"
set "under_way=%OB_ENVIRONMENT%\under-way.txt"
set "PATH=%root%;%root%\tests;%PATH%"
set /a ran=0
set /a failed=0
set /a skipped=0

if "%~1"=="/?" goto usage
if /i "%~1"=="/cleanup" goto cleanup_only
call :check_machine
if errorlevel 1 exit /b 2
call :find_python
if exist "%OB_ENVIRONMENT%" rmdir /s /q "%OB_ENVIRONMENT%"
mkdir "%OB_ENVIRONMENT%"
mkdir "%logs%"
echo run-tests.cmd: what is registered now, the tests have registered >"%under_way%"

if "%~1"=="" goto all
:next_name
if "%~1"=="" goto done
call :run_named %1
shift
goto next_name

:all
for %%f in (tests\unit\*_test.exe) do call :run_unit %%~nf
for %%f in (tests\integration\*_test.exe) do call :run_integration %%~nf

:done
call :clean
del "%under_way%"
echo.
echo %ran% programs run, %failed% failed, %skipped% skipped
if not %failed%==0 echo The output of those that failed is in %logs%
if %failed%==0 rmdir /s /q "%OB_ENVIRONMENT%"
if %ran%==0 exit /b 1
if not %failed%==0 exit /b 1
exit /b 0

:usage
echo usage: run-tests.cmd [NAME... ^| /cleanup]
echo Without a name all programs of tests\unit and tests\integration are run. See README.txt, TESTS.
exit /b 2

rem Takes back what a run that was broken off has left; only where there was one, for what else is registered stays.
:cleanup_only
if not exist "%under_way%" echo No run was broken off: there is nothing to be taken back.
if not exist "%under_way%" exit /b 0
call :clean
rmdir /s /q "%OB_ENVIRONMENT%"
echo What the tests had registered is taken back.
exit /b 0

rem --- before anything is changed

:check_machine
if exist "%under_way%" goto refuse_unfinished
reg query "HKCR\CLSID\{0006F03A-0000-0000-C000-000000000046}" >nul 2>nul
if not errorlevel 1 goto refuse_outlook
reg query "HKCR\Wow6432Node\CLSID\{0006F03A-0000-0000-C000-000000000046}" >nul 2>nul
if not errorlevel 1 goto refuse_outlook
reg query "HKLM\Software\Microsoft\Windows\CurrentVersion\App Paths\OUTLOOK.EXE" >nul 2>nul
if not errorlevel 1 goto refuse_outlook
reg query "HKLM\Software\Microsoft\Office\16.0\Outlook" >nul 2>nul
if not errorlevel 1 goto refuse_outlook
reg query "HKCU\Software\Microsoft\Office\16.0\Outlook" >nul 2>nul
if not errorlevel 1 goto refuse_outlook
reg query "HKCR\OutlookBroker.Session" >nul 2>nul
if not errorlevel 1 goto refuse_broker
reg query "HKLM\Software\Policies\OutlookBroker" >nul 2>nul
if not errorlevel 1 goto refuse_broker
reg query "HKLM\Software\OutlookBroker" >nul 2>nul
if not errorlevel 1 goto refuse_broker
reg query "HKCU\Software\OutlookBroker" >nul 2>nul
if not errorlevel 1 goto refuse_broker
if exist "%OB_DATA_DIR%" goto refuse_broker
reg add "HKLM\Software\OutlookBrokerTests" /f >nul 2>nul
if errorlevel 1 goto refuse_rights
reg delete "HKLM\Software\OutlookBrokerTests" /f >nul 2>nul
exit /b 0

:refuse_outlook
echo Refused: Outlook is registered on this machine, or has left its keys. The tests would come between it and its
echo user. Run them on a machine without Outlook. Nothing was changed.
exit /b 1
:refuse_broker
echo Refused: Outlook Broker is registered on this machine, or has settings or an outbox here. Unregister it, and put
echo %OB_DATA_DIR% away. Nothing was changed.
exit /b 1
:refuse_rights
echo Refused: this prompt may not write to HKLM. Open it with "Run as administrator". Nothing was changed.
exit /b 1
:refuse_unfinished
echo Refused: %under_way% is there: another run is under way, or was broken off. If it was, take back what it has left
echo by run-tests.cmd /cleanup. Nothing was changed.
exit /b 1

rem The alias of Windows' store says nothing and fails.
:find_python
python --version >nul 2>nul
if not errorlevel 1 set OB_PYTHON=python
if not "%OB_PYTHON%"=="" exit /b 0
py -3 --version >nul 2>nul
if not errorlevel 1 set OB_PYTHON=py -3
if "%OB_PYTHON%"=="" echo There is no Python 3: programs that read what arrived are skipped.
exit /b 0

rem --- one program

:run_named
if exist "tests\unit\%~1.exe" call :run_unit %1
if exist "tests\integration\%~1.exe" call :run_integration %1
if exist "tests\unit\%~1.exe" exit /b 0
if exist "tests\integration\%~1.exe" exit /b 0
echo there is no test    %~1
set /a failed=%failed%+1
exit /b 0

:run_unit
set /a ran=%ran%+1
"tests\unit\%1.exe" >"%logs%\%1.log" 2>&1
call :judge unit %1 %errorlevel%
exit /b 0

:run_integration
if "%OB_PYTHON%"=="" if exist "tests\integration\%1.needs-python" goto skip
set /a ran=%ran%+1
call :clean
mkdir "%OB_SANDBOX_DIR%"
mkdir "%root%\build\tests"
obctl register >"%logs%\%1.log" 2>&1
if errorlevel 1 goto not_registered
start "" /wait outlook-sandbox.exe /RegServer "/Dir:%OB_SANDBOX_DIR%"
if errorlevel 1 goto not_registered
"tests\integration\%1.exe" >>"%logs%\%1.log" 2>&1
call :judge integration %1 %errorlevel%
exit /b 0
:not_registered
call :judge integration %1 1
exit /b 0
:skip
echo skipped     integration  %1 (it needs Python 3)
set /a skipped=%skipped%+1
exit /b 0

rem What ends without its summary has failed, whatever its exit code says.
:judge
set verdict=passed
if not "%3"=="0" set verdict=FAILED
findstr /c:"PASSED" "%logs%\%2.log" >nul 2>nul
if errorlevel 1 set verdict=FAILED
if %verdict%==FAILED set /a failed=%failed%+1
echo %verdict%      %1  %2
if %verdict%==FAILED type "%logs%\%2.log"
exit /b 0

rem --- after it

rem The broker ends, both registrations go, and all that they and the tests have written.
:clean
start "" /wait outlook-broker.exe /Stop >nul 2>nul
taskkill /f /im outlook-sandbox.exe >nul 2>nul
obctl unregister >nul 2>nul
start "" /wait outlook-sandbox.exe /UnregServer
reg delete "HKCU\Software\OutlookBroker" /f >nul 2>nul
reg delete "HKLM\Software\OutlookBroker" /f >nul 2>nul
if exist "%OB_DATA_DIR%" rmdir /s /q "%OB_DATA_DIR%"
if exist "%OB_SANDBOX_DIR%" rmdir /s /q "%OB_SANDBOX_DIR%"
if exist "%OB_ENVIRONMENT%\files" rmdir /s /q "%OB_ENVIRONMENT%\files"
if exist "%root%\build" rmdir /s /q "%root%\build"
exit /b 0
